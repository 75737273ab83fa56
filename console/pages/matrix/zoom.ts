import type { MatrixSearch } from '../../search.ts'

type Size = MatrixSearch['size']

/** From all of it to single cells; null pixels: as small as it takes. */
const steps: readonly { name: Size; pixels: number | null }[] = [
  { name: 'overview', pixels: null },
  { name: 'dots', pixels: 6 },
  { name: 'tiny', pixels: 12 },
  { name: 'small', pixels: 20 },
  { name: undefined, pixels: 28 },
  { name: 'large', pixels: 36 },
]

export function useZoom(size: Size, onSize: (size: Size) => void) {
  const step = steps.findIndex(({ name }) => name === size)
  const by = (change: 1 | -1): void => {
    const next = steps[Math.min(steps.length - 1, Math.max(0, step + change))]
    if (next && next.name !== size) onSize(next.name)
  }
  const pixels = steps[step]?.pixels
  return { size: pixels === undefined ? 28 : pixels, by, isLeast: step === 0, isMost: step === steps.length - 1 }
}
