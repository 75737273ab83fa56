import { HEAD_HEIGHT, HEAD_WIDTH } from './scene.ts'

export const TITLE_HEIGHT = 56
// What every browser can still make a canvas of.
const MOST_ACROSS = 16_000
const MOST_PIXELS = 120_000_000

/** The largest cells, no larger than wished, with which a picture of the whole can be made. */
export function sizeOfCells(rows: number, columns: number, wished: number): number {
  for (let size = wished; size > 1; size--) {
    const [width, height] = [HEAD_WIDTH + columns * size, HEAD_HEIGHT + TITLE_HEIGHT + rows * size]
    if (Math.max(width, height) <= MOST_ACROSS && width * height <= MOST_PIXELS) return size
  }
  return 1
}
