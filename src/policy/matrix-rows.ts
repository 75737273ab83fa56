import { matrixFlags } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import {
  customerAt,
  expiresAt,
  grantedAt,
  lastUsedAt,
  marks,
  marksAt,
  NEVER_USED,
  startsAt,
} from './compiled-grants.ts'
import type { CompiledGrants } from './compiled-grants.ts'

/** Active grants as compressed sparse rows; each cell is one number: its column, 2 bits of its level and 4 of its flags. */
export interface MatrixRows {
  /** Where the cells of each row begin, and at last how many there are. */
  readonly offsets: Int32Array
  readonly cells: Int32Array
  /** When the first of them becomes another, or the first new one comes, if nothing is changed. */
  readonly until: number
}

const DAY_MS = 86_400_000
const SOON_MS = 7 * DAY_MS
const LONG_MS = 90 * DAY_MS
const LEVEL_BITS = 4
const COLUMN_BITS = 6
const EMERGENCY = accessLevels.indexOf('emergency')

export const columnOf = (cell: number): number => cell >>> COLUMN_BITS
export const levelOf = (cell: number): number => (cell >>> LEVEL_BITS) & 3
export const flagsOf = (cell: number): number => cell & 15

/** @param columns the column of each customer by its number; negative or missing where it has none */
export function matrixRows(rows: readonly CompiledGrants[], columns: Int32Array, now: number): MatrixRows {
  const cells = new Int32Array(rows.reduce((sum, { count }) => sum + count, 0))
  const offsets = new Int32Array(rows.length + 1)
  const today = Math.floor(now / DAY_MS) * DAY_MS
  let until = today + DAY_MS
  let end = 0
  rows.forEach((grants, row) => {
    for (let i = 0; i < grants.count; i++) {
      const column = columns[customerAt(grants, i)] ?? -1
      const ends = expiresAt(grants, i)
      if (column < 0 || !(now < ends)) continue
      const begins = startsAt(grants, i)
      until = Math.min(until, nextTurn(begins, ends, now))
      if (begins <= now) cells[end++] = (column << COLUMN_BITS) | shownAt(grants, i, { now, today })
    }
    offsets[row + 1] = end
    cells.subarray(offsets[row], end).sort()
  })
  return { offsets, cells: cells.slice(0, end), until }
}

function nextTurn(begins: number, ends: number, now: number): number {
  if (now < begins) return begins
  return now < ends - SOON_MS ? ends - SOON_MS : ends
}

/** Level and flags. */
function shownAt(grants: CompiledGrants, i: number, { now, today }: { now: number; today: number }): number {
  const what = marksAt(grants, i)
  const level = what & marks.level
  const used = lastUsedAt(grants, i)
  const since = used === NEVER_USED ? grantedAt(grants, i) : used
  return (
    (level << LEVEL_BITS) |
    (expiresAt(grants, i) - SOON_MS <= now ? matrixFlags.soonExpired : 0) |
    (what & marks.restricted ? matrixFlags.restricted : 0) |
    (level === EMERGENCY ? matrixFlags.emergency : 0) |
    (since + LONG_MS <= today ? matrixFlags.longUnused : 0)
  )
}
