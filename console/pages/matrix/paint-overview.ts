import { coloursOf } from './colours.ts'
import { marks } from './model.ts'
import type { Compact, View } from './model.ts'

interface Sheet {
  width: number
  height: number
  dark: boolean
}

/** Opaque, as the pixels of a canvas lie in memory. */
const pixelOf = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return ((255 << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0
}

/** The whole of a view on one sheet: where many cells share a pixel, it has the colour of the gravest. */
export function paintOverview(matrix: Compact, view: View, { width, height, dark }: Sheet): ImageData {
  const image = new ImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  const colours = coloursOf(dark)
  const [ground, soon] = [pixelOf(colours.ground), pixelOf(colours.mark)]
  const ofLevel = colours.levels.map(pixelOf)
  pixels.fill(ground)
  const graveness = new Uint8Array(pixels.length)
  const [across, down] = [width / view.columns.order.length, height / view.rows.order.length]
  view.rows.order.forEach((row, at) => {
    const [top, bottom] = spanOf(at, down)
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      const column = view.columns.place[matrix.customerIndex[grant] ?? 0] ?? -1
      if (column < 0 || !view.shows(grant)) continue
      const level = matrix.level[grant] ?? 0
      const isSoon = level < 2 && ((matrix.flags[grant] ?? 0) & marks.expiring) !== 0
      const grave = 1 + 2 * level + (isSoon ? 1 : 0)
      const [left, right] = spanOf(column, across)
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const pixel = y * width + x
          if ((graveness[pixel] ?? 0) >= grave) continue
          graveness[pixel] = grave
          pixels[pixel] = isSoon ? soon : (ofLevel[level] ?? ground)
        }
      }
    }
  })
  return image
}

/** At least a pixel. */
function spanOf(at: number, length: number): [number, number] {
  const from = Math.floor(at * length)
  return [from, Math.max(from + 1, Math.floor((at + 1) * length))]
}
