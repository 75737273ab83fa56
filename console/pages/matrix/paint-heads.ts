import { inFigures, nameOf } from '../../words.ts'
import type { Colours } from './colours.ts'
import { firstOf, HEAD_HEIGHT, HEAD_WIDTH, lastOf, SMALLEST_NAMED } from './scene.ts'
import type { Scene } from './scene.ts'

const FONT = '12px Inter, ui-sans-serif, system-ui, sans-serif'
const STRONG = `600 ${FONT}`
const SMALL = '600 10.5px Inter, ui-sans-serif, system-ui, sans-serif'
/** The strip that a group has its name in. */
const BAND = 20
const TILT = -Math.PI / 3
const MOST_LETTERS = 18

const shortened = (name: string): string =>
  name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1).trimEnd()}…` : name

export function paintRowNames(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { matrix, view, size, top, height, at, over } = scene
  context.fillStyle = colours.head
  context.fillRect(0, HEAD_HEIGHT, HEAD_WIDTH, height - HEAD_HEIGHT)
  context.save()
  context.beginPath()
  context.rect(0, HEAD_HEIGHT, HEAD_WIDTH - 6, height - HEAD_HEIGHT)
  context.clip()
  context.textBaseline = 'middle'
  const step = Math.max(1, Math.ceil(SMALLEST_NAMED / size))
  const last = Math.min(view.rows.order.length - 1, lastOf(top, height - HEAD_HEIGHT, size))
  const from = view.rows.groups.length > 0 ? BAND + 8 : 12
  for (let row = Math.floor(firstOf(top, size) / step) * step; row <= last; row += step) {
    const technician = matrix.technicians[view.rows.order[row] ?? 0]
    const isMeant = at?.row === row || over?.row === row
    context.fillStyle = isMeant ? colours.words : colours.dim
    context.font = isMeant ? STRONG : FONT
    context.fillText(technician ? nameOf(technician) : '', from, HEAD_HEIGHT + row * size - top + (step * size) / 2)
  }
  paintRowGroups(context, scene, colours)
  context.restore()
}

/** The name of a group stays in sight for as long as any of it is. */
function paintRowGroups(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { view, size, top, height } = scene
  context.font = SMALL
  context.textAlign = 'center'
  for (const { label, from, count } of view.rows.groups) {
    const start = Math.max(HEAD_HEIGHT, HEAD_HEIGHT + from * size - top)
    const end = Math.min(height, HEAD_HEIGHT + (from + count) * size - top)
    if (end <= start) continue
    context.fillStyle = colours.band
    context.fillRect(0, start + 1, BAND - 2, end - start - 2)
    if (context.measureText(label).width > end - start - 4) continue
    context.save()
    context.translate(BAND / 2 - 1, (start + end) / 2)
    context.rotate(-Math.PI / 2)
    context.fillStyle = colours.words
    context.fillText(label, 0, 0)
    context.restore()
  }
  context.textAlign = 'left'
}

export function paintColumnNames(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { matrix, view, size, left, width, at, over } = scene
  context.fillStyle = colours.head
  context.fillRect(HEAD_WIDTH, 0, width - HEAD_WIDTH, HEAD_HEIGHT)
  context.save()
  context.beginPath()
  context.rect(HEAD_WIDTH - 8, 0, width, HEAD_HEIGHT)
  context.clip()
  context.textBaseline = 'middle'
  const step = Math.max(1, Math.ceil(SMALLEST_NAMED / size))
  const last = Math.min(view.columns.order.length - 1, lastOf(left, width, size))
  for (let column = Math.floor(firstOf(left, size) / step) * step; column <= last; column += step) {
    const customer = matrix.customers[view.columns.order[column] ?? 0]
    const isMeant = at?.column === column || over?.column === column
    context.save()
    context.translate(HEAD_WIDTH + column * size - left + size / 2, HEAD_HEIGHT - 8)
    context.rotate(TILT)
    context.fillStyle = isMeant ? colours.words : colours.dim
    context.font = isMeant ? STRONG : FONT
    context.fillText(shortened(customer?.name ?? ''), 0, 0)
    context.restore()
  }
  paintColumnGroups(context, scene, colours)
  context.restore()
}

function paintColumnGroups(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { view, size, left, width } = scene
  if (view.columns.groups.length > 0) {
    context.fillStyle = colours.head
    context.fillRect(HEAD_WIDTH - 8, 0, width, BAND)
  }
  context.font = SMALL
  for (const { label, from, count } of view.columns.groups) {
    const start = Math.max(HEAD_WIDTH, HEAD_WIDTH + from * size - left)
    const end = Math.min(width, HEAD_WIDTH + (from + count) * size - left)
    if (end <= start) continue
    context.fillStyle = colours.band
    context.fillRect(start + 1, 0, end - start - 2, BAND - 2)
    if (context.measureText(label).width > end - start - 10) continue
    context.fillStyle = colours.words
    context.fillText(label, start + 6, BAND / 2 - 1)
  }
}

/** How long the axes are, where they meet. */
export function paintCorner(context: CanvasRenderingContext2D, { view }: Scene, colours: Colours): void {
  context.fillStyle = colours.head
  context.fillRect(0, 0, HEAD_WIDTH, HEAD_HEIGHT)
  context.fillStyle = colours.dim
  context.font = FONT
  context.textBaseline = 'alphabetic'
  context.fillText(
    `${inFigures(view.rows.order.length)} ↓   ${inFigures(view.columns.order.length)} →`,
    12,
    HEAD_HEIGHT - 12,
  )
}
