import { saveFile } from '../../ui/save-file.ts'
import { coloursOf } from './colours.ts'
import { fileNameOf } from './export-csv.ts'
import type { Compact, View } from './model.ts'
import { paintCell } from './paint-cell.ts'
import { paint } from './paint.ts'
import { sizeOfCells, TITLE_HEIGHT } from './picture-size.ts'
import { HEAD_HEIGHT, HEAD_WIDTH } from './scene.ts'

interface Picture {
  matrix: Compact
  view: View
  /** Of a cell, at most. */
  size: number
  title: string
  at: string | undefined
}

const MARGIN = 12

/** All that is shown, whether or not it is in the window, in light colours, with its title and legend. */
export async function exportPicture({ matrix, view, size: wished, title, at }: Picture): Promise<void> {
  const [rows, columns] = [view.rows.order.length, view.columns.order.length]
  const size = sizeOfCells(rows, columns, wished)
  const [width, height] = [Math.max(640, HEAD_WIDTH + columns * size + MARGIN), HEAD_HEIGHT + rows * size + MARGIN]
  const sheet = new OffscreenCanvas(width, height + TITLE_HEIGHT)
  const context = sheet.getContext('2d', { alpha: false })
  if (!context) throw new Error('This browser makes no pictures.')
  // What paints on a canvas of the page paints on this one alike.
  const onto = context as unknown as CanvasRenderingContext2D
  paintTitle(onto, width, title)
  onto.translate(0, TITLE_HEIGHT)
  paint(onto, { matrix, view, size, left: 0, top: 0, width, height, at: null, over: null, block: null, dark: false })
  saveFile(await sheet.convertToBlob({ type: 'image/png' }), fileNameOf(at, 'png'))
}

function paintTitle(context: CanvasRenderingContext2D, width: number, title: string): void {
  const colours = coloursOf(false)
  context.fillStyle = colours.ground
  context.fillRect(0, 0, width, TITLE_HEIGHT)
  context.fillStyle = colours.words
  context.font = '600 15px Inter, ui-sans-serif, system-ui, sans-serif'
  context.textBaseline = 'middle'
  context.fillText(`Access matrix of ${title}`, MARGIN, 18)
  context.font = '12px Inter, ui-sans-serif, system-ui, sans-serif'
  let x = MARGIN
  for (const [level, words] of ['Read only', 'Full access', 'Emergency'].entries()) {
    paintCell(context, { x, y: 32, size: 18, level, flags: 0 }, colours)
    context.fillStyle = colours.dim
    context.fillText(words, x + 24, 41)
    x += 40 + context.measureText(words).width
  }
}
