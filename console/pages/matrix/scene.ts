import type { Compact, View } from './model.ts'

export interface Spot {
  row: number
  column: number
}

export interface Block extends Spot {
  toRow: number
  toColumn: number
}

/** What is to be drawn: a window on a view, so large, moved so far. */
export interface Scene {
  matrix: Compact
  view: View
  size: number
  left: number
  top: number
  width: number
  height: number
  /** Where the keyboard is. */
  at: Spot | null
  /** What the pointer is over; minus one on a heading. */
  over: Spot | null
  block: Block | null
  dark: boolean
}

export const HEAD_WIDTH = 184
export const HEAD_HEIGHT = 136
/** Smaller cells have no pattern, and not each of them a name. */
export const SMALLEST_NAMED = 14

export const firstOf = (offset: number, size: number): number => Math.max(0, Math.floor(offset / size))
export const lastOf = (offset: number, room: number, size: number): number => Math.floor((offset + room) / size)
