import { coloursOf } from './colours.ts'
import type { Colours } from './colours.ts'
import { paintCell } from './paint-cell.ts'
import { paintColumnNames, paintCorner, paintRowNames } from './paint-heads.ts'
import { firstOf, HEAD_HEIGHT, HEAD_WIDTH, lastOf, SMALLEST_NAMED } from './scene.ts'
import type { Scene } from './scene.ts'

/** Draws what lies in the window, and nothing else: the cost grows with what is seen, not with the whole. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, dark } = scene
  const colours = coloursOf(dark)
  context.fillStyle = colours.ground
  context.fillRect(0, 0, width, height)
  context.save()
  context.beginPath()
  context.rect(HEAD_WIDTH, HEAD_HEIGHT, width - HEAD_WIDTH, height - HEAD_HEIGHT)
  context.clip()
  paintGrid(context, scene, colours)
  paintCross(context, scene, colours)
  paintCells(context, scene, colours)
  paintChoice(context, scene, colours)
  context.restore()
  paintRowNames(context, scene, colours)
  paintColumnNames(context, scene, colours)
  paintCorner(context, scene, colours)
}

function paintGrid(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { view, size, left, top, width, height } = scene
  const [rows, columns] = [view.rows.order.length, view.columns.order.length]
  const right = Math.min(width, HEAD_WIDTH + columns * size - left)
  const bottom = Math.min(height, HEAD_HEIGHT + rows * size - top)
  context.fillStyle = colours.stripe
  for (let row = firstOf(top, size); row <= Math.min(rows - 1, lastOf(top, height, size)); row++) {
    if (row % 2 === 1) context.fillRect(HEAD_WIDTH, HEAD_HEIGHT + row * size - top, right - HEAD_WIDTH, size)
  }
  if (size < SMALLEST_NAMED) return paintDivides(context, scene, colours)
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.beginPath()
  for (let row = firstOf(top, size); row <= Math.min(rows, lastOf(top, height, size)); row++) {
    const y = Math.round(HEAD_HEIGHT + row * size - top) + 0.5
    context.moveTo(HEAD_WIDTH, y)
    context.lineTo(right, y)
  }
  for (let column = firstOf(left, size); column <= Math.min(columns, lastOf(left, width, size)); column++) {
    const x = Math.round(HEAD_WIDTH + column * size - left) + 0.5
    context.moveTo(x, HEAD_HEIGHT)
    context.lineTo(x, bottom)
  }
  context.stroke()
  paintDivides(context, scene, colours)
}

/** Where a group ends. */
function paintDivides(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { view, size, left, top, width, height } = scene
  const right = Math.min(width, HEAD_WIDTH + view.columns.order.length * size - left)
  const bottom = Math.min(height, HEAD_HEIGHT + view.rows.order.length * size - top)
  context.fillStyle = colours.divide
  for (const { from } of view.rows.groups.slice(1)) {
    context.fillRect(HEAD_WIDTH, HEAD_HEIGHT + from * size - top - 1, right - HEAD_WIDTH, 2)
  }
  for (const { from } of view.columns.groups.slice(1)) {
    context.fillRect(HEAD_WIDTH + from * size - left - 1, HEAD_HEIGHT, 2, bottom - HEAD_HEIGHT)
  }
}

/** The row and the column that the pointer is in. */
function paintCross(
  context: CanvasRenderingContext2D,
  { over, size, left, top, width, height }: Scene,
  colours: Colours,
): void {
  if (!over) return
  context.fillStyle = colours.cross
  if (over.row >= 0) context.fillRect(HEAD_WIDTH, HEAD_HEIGHT + over.row * size - top, width, size)
  if (over.column >= 0) context.fillRect(HEAD_WIDTH + over.column * size - left, HEAD_HEIGHT, size, height)
}

function paintCells(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { matrix, view, size, left, top, width, height } = scene
  const firstColumn = firstOf(left, size)
  const lastColumn = lastOf(left, width - HEAD_WIDTH, size)
  const lastRow = Math.min(view.rows.order.length - 1, lastOf(top, height - HEAD_HEIGHT, size))
  for (let at = firstOf(top, size); at <= lastRow; at++) {
    const row = view.rows.order[at] ?? 0
    const y = HEAD_HEIGHT + at * size - top
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      const column = view.columns.place[matrix.customerIndex[grant] ?? 0] ?? -1
      if (column < firstColumn || column > lastColumn || !view.shows(grant)) continue
      const x = HEAD_WIDTH + column * size - left
      paintCell(context, { x, y, size, level: matrix.level[grant] ?? 0, flags: matrix.flags[grant] ?? 0 }, colours)
    }
  }
}

function paintChoice(context: CanvasRenderingContext2D, { block, at, size, left, top }: Scene, colours: Colours): void {
  if (block) {
    const x = HEAD_WIDTH + Math.min(block.column, block.toColumn) * size - left
    const y = HEAD_HEIGHT + Math.min(block.row, block.toRow) * size - top
    const width = (Math.abs(block.toColumn - block.column) + 1) * size
    const height = (Math.abs(block.toRow - block.row) + 1) * size
    context.fillStyle = colours.chosen
    context.fillRect(x, y, width, height)
    context.strokeStyle = colours.edge
    context.lineWidth = 1.5
    context.strokeRect(x, y, width, height)
  }
  if (!at) return
  context.strokeStyle = colours.ring
  context.lineWidth = 2
  context.strokeRect(
    HEAD_WIDTH + at.column * size - left + 1,
    HEAD_HEIGHT + at.row * size - top + 1,
    size - 2,
    size - 2,
  )
}
