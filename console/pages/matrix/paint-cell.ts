import type { Colours } from './colours.ts'
import { marks } from './model.ts'
import { SMALLEST_NAMED } from './scene.ts'

export interface Cell {
  x: number
  y: number
  size: number
  level: number
  flags: number
}

/** Colour and pattern: hatched reads only, filled works, crossed is an emergency. */
export function paintCell(
  context: CanvasRenderingContext2D,
  { x, y, size, level, flags }: Cell,
  colours: Colours,
): void {
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
