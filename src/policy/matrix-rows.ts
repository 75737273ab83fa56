import { matrixFlags } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import { marks, NEVER_USED } from './compiled-grants.ts'
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
    const { count, instants, words } = grants
    for (let i = 0; i < count; i++) {
      const column = columns[words[i] ?? -1] ?? -1
      const startsAt = instants[i] ?? Infinity
      const expiresAt = instants[count + i] ?? 0
      if (column < 0 || !(now < expiresAt)) continue
      until = Math.min(until, nextTurn(startsAt, expiresAt, now))
      if (startsAt <= now)
        cells[end++] = (column << COLUMN_BITS) | (levelAt(grants, i) << LEVEL_BITS) | flagsAt(grants, i, { now, today })
    }
    offsets[row + 1] = end
    cells.subarray(offsets[row], end).sort()
  })
  return { offsets, cells: cells.slice(0, end), until }
}

function nextTurn(startsAt: number, expiresAt: number, now: number): number {
  if (now < startsAt) return startsAt
  return now < expiresAt - SOON_MS ? expiresAt - SOON_MS : expiresAt
}

const levelAt = ({ count, words }: CompiledGrants, i: number): number => (words[count + i] ?? 0) & marks.level

function flagsAt(
  { count, instants, words }: CompiledGrants,
  i: number,
  { now, today }: { now: number; today: number },
): number {
  const what = words[count + i] ?? 0
  const used = instants[3 * count + i] ?? NEVER_USED
  const since = used === NEVER_USED ? (instants[2 * count + i] ?? 0) : used
  return (
    ((instants[count + i] ?? 0) - SOON_MS <= now ? matrixFlags.soonExpired : 0) |
    (what & marks.restricted ? matrixFlags.restricted : 0) |
    ((what & marks.level) === EMERGENCY ? matrixFlags.emergency : 0) |
    (since + LONG_MS <= today ? matrixFlags.longUnused : 0)
  )
}
