import { nameOf } from '../../words.ts'
import { marks } from './model.ts'
import type { Compact, View } from './model.ts'

export interface Block {
  row: number
  column: number
  toRow: number
  toColumn: number
}

export interface Scene {
  matrix: Compact
  view: View
  size: number
  left: number
  top: number
  width: number
  height: number
  at: { row: number; column: number } | null
  block: Block | null
  dark: boolean
}

export const HEAD_WIDTH = 168
export const HEAD_HEIGHT = 128
const SMALLEST_NAMED = 14

const palettes = {
  light: {
    ground: '#ffffff',
    head: '#f6f8f8',
    line: '#e9eeed',
    words: '#1d2b29',
    dim: '#5c6b68',
    stripe: '#fafcfb',
    levels: ['#a6d6cb', '#0d6b5e', '#c92a2a'],
    hatch: '#4fae9a',
    mark: '#e8890c',
    veil: 'rgba(255,255,255,.62)',
    ring: '#123c36',
    chosen: 'rgba(28,126,214,.16)',
    edge: '#1c7ed6',
  },
  dark: {
    ground: '#141a1a',
    head: '#1a2222',
    line: '#232d2c',
    words: '#dfe8e6',
    dim: '#93a5a1',
    stripe: '#171e1e',
    levels: ['#24574e', '#34a18c', '#e03131'],
    hatch: '#3f8b7c',
    mark: '#ffc078',
    veil: 'rgba(20,26,26,.62)',
    ring: '#e9fbf6',
    chosen: 'rgba(77,171,247,.2)',
    edge: '#4dabf7',
  },
} as const

/** Draws what lies in the window, and nothing else: the cost grows with what is seen, not with the whole. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, dark } = scene
  const colours = palettes[dark ? 'dark' : 'light']
  context.fillStyle = colours.ground
  context.fillRect(0, 0, width, height)
  context.save()
  context.beginPath()
  context.rect(HEAD_WIDTH, HEAD_HEIGHT, width - HEAD_WIDTH, height - HEAD_HEIGHT)
  context.clip()
  paintGrid(context, scene, colours)
  paintCells(context, scene, colours)
  paintChoice(context, scene, colours)
  context.restore()
  paintRowNames(context, scene, colours)
  paintColumnNames(context, scene, colours)
  context.fillStyle = colours.head
  context.fillRect(0, 0, HEAD_WIDTH, HEAD_HEIGHT)
}

type Colours = (typeof palettes)['light'] | (typeof palettes)['dark']

const firstOf = (offset: number, size: number): number => Math.max(0, Math.floor(offset / size))
const lastOf = (offset: number, room: number, size: number): number => Math.floor((offset + room) / size)

function paintGrid(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { view, size, left, top, width, height } = scene
  const [rows, columns] = [view.rows.order.length, view.columns.order.length]
  const right = Math.min(width, HEAD_WIDTH + columns * size - left)
  const bottom = Math.min(height, HEAD_HEIGHT + rows * size - top)
  context.fillStyle = colours.stripe
  for (let row = firstOf(top, size); row <= Math.min(rows - 1, lastOf(top, height, size)); row++) {
    if (row % 2 === 1) context.fillRect(HEAD_WIDTH, HEAD_HEIGHT + row * size - top, right - HEAD_WIDTH, size)
  }
  if (size < SMALLEST_NAMED) return
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

interface Cell {
  x: number
  y: number
  size: number
  level: number
  flags: number
}

/** Colour and pattern: hatched reads only, filled works, crossed is an emergency. */
function paintCell(context: CanvasRenderingContext2D, { x, y, size, level, flags }: Cell, colours: Colours): void {
  const inset = size >= SMALLEST_NAMED ? 2 : 0.5
  const [from, side] = [{ x: x + inset, y: y + inset }, size - 2 * inset]
  context.fillStyle = colours.levels[level] ?? colours.levels[0]
  context.fillRect(from.x, from.y, side, side)
  if (size < SMALLEST_NAMED) return
  if (level === 0) hatch(context, { ...from, side, colour: colours.hatch })
  if (level === 2) cross(context, { ...from, side })
  if (flags & marks.unused) {
    context.fillStyle = colours.veil
    context.fillRect(from.x + 2, from.y + 2, side - 4, side - 4)
  }
  if (flags & marks.expiring) corner(context, { ...from, side, colour: colours.mark })
  if (flags & marks.restricted)
    keyhole(context, { ...from, side, colour: level === 1 ? colours.ground : colours.words })
}

interface Spot {
  x: number
  y: number
  side: number
  colour?: string
}

function hatch(context: CanvasRenderingContext2D, { x, y, side, colour = '' }: Spot): void {
  context.strokeStyle = colour
  context.lineWidth = 1.2
  context.beginPath()
  for (let offset = side / 3; offset < 2 * side; offset += side / 3) {
    context.moveTo(x + Math.max(0, offset - side), y + Math.min(offset, side))
    context.lineTo(x + Math.min(offset, side), y + Math.max(0, offset - side))
  }
  context.stroke()
}

function cross(context: CanvasRenderingContext2D, { x, y, side }: Spot): void {
  context.strokeStyle = '#ffffff'
  context.lineWidth = 1.6
  context.beginPath()
  const [near, far] = [side * 0.28, side * 0.72]
  context.moveTo(x + near, y + near)
  context.lineTo(x + far, y + far)
  context.moveTo(x + far, y + near)
  context.lineTo(x + near, y + far)
  context.stroke()
}

function corner(context: CanvasRenderingContext2D, { x, y, side, colour = '' }: Spot): void {
  context.fillStyle = colour
  context.beginPath()
  context.moveTo(x + side - side * 0.45, y)
  context.lineTo(x + side, y)
  context.lineTo(x + side, y + side * 0.45)
  context.fill()
}

function keyhole(context: CanvasRenderingContext2D, { x, y, side, colour = '' }: Spot): void {
  context.fillStyle = colour
  context.beginPath()
  context.arc(x + side * 0.24, y + side * 0.76, Math.max(1.6, side * 0.11), 0, 7)
  context.fill()
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

const FONT = '12px Inter, ui-sans-serif, system-ui, sans-serif'

function paintRowNames(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { matrix, view, size, top, height, at } = scene
  context.fillStyle = colours.head
  context.fillRect(0, HEAD_HEIGHT, HEAD_WIDTH, height - HEAD_HEIGHT)
  context.save()
  context.beginPath()
  context.rect(0, HEAD_HEIGHT, HEAD_WIDTH - 8, height - HEAD_HEIGHT)
  context.clip()
  context.textBaseline = 'middle'
  const step = Math.max(1, Math.ceil(SMALLEST_NAMED / size))
  const last = Math.min(view.rows.order.length - 1, lastOf(top, height - HEAD_HEIGHT, size))
  for (let row = Math.floor(firstOf(top, size) / step) * step; row <= last; row += step) {
    const technician = matrix.technicians[view.rows.order[row] ?? 0]
    context.fillStyle = at?.row === row ? colours.words : colours.dim
    context.font = at?.row === row ? `600 ${FONT}` : FONT
    context.fillText(technician ? nameOf(technician) : '', 12, HEAD_HEIGHT + row * size - top + size / 2)
  }
  context.restore()
}

const TILT = -Math.PI / 3

function paintColumnNames(context: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { matrix, view, size, left, width, at } = scene
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
    context.save()
    context.translate(HEAD_WIDTH + column * size - left + size / 2, HEAD_HEIGHT - 8)
    context.rotate(TILT)
    context.fillStyle = at?.column === column ? colours.words : colours.dim
    context.font = at?.column === column ? `600 ${FONT}` : FONT
    context.fillText(shortened(customer?.name ?? ''), 0, 0)
    context.restore()
  }
  context.restore()
}

const shortened = (name: string): string => (name.length > 20 ? `${name.slice(0, 19)}…` : name)
