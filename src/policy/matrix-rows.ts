import { matrixFlags } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import {
  customerAt,
  expiresAt,
  grantedAt,
  isRestrictedAt,
  lastUsedAt,
  levelAt,
  NEVER_USED,
  startsAt,
} from './compiled-grants.ts'
import type { CompiledGrants } from './compiled-grants.ts'

/** The active grants of one person, by column; each is one number: its column, 2 bits of its level and 4 of its flags. */
export interface MatrixRow {
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
export function matrixRow(grants: CompiledGrants, columns: Int32Array, now: number): MatrixRow {
  const cells = new Int32Array(grants.count)
  const today = Math.floor(now / DAY_MS) * DAY_MS
  let until = today + DAY_MS
  let count = 0
  for (let i = 0; i < grants.count; i++) {
    const column = columns[customerAt(grants, i)] ?? -1
    const ends = expiresAt(grants, i)
    if (column < 0 || !(now < ends)) continue
    const begins = startsAt(grants, i)
    until = Math.min(until, nextTurn(begins, ends, now))
    if (begins <= now) cells[count++] = (column << COLUMN_BITS) | shownAt(grants, i, { now, today })
  }
  return { cells: cells.slice(0, count).sort(), until }
}

function nextTurn(begins: number, ends: number, now: number): number {
  if (now < begins) return begins
  return now < ends - SOON_MS ? ends - SOON_MS : ends
}

/** Level and flags. */
function shownAt(grants: CompiledGrants, i: number, { now, today }: { now: number; today: number }): number {
  const level = levelAt(grants, i)
  const used = lastUsedAt(grants, i)
  const since = used === NEVER_USED ? grantedAt(grants, i) : used
  return (
    (level << LEVEL_BITS) |
    (expiresAt(grants, i) - SOON_MS <= now ? matrixFlags.soonExpired : 0) |
    (isRestrictedAt(grants, i) ? matrixFlags.restricted : 0) |
    (level === EMERGENCY ? matrixFlags.emergency : 0) |
    (since + LONG_MS <= today ? matrixFlags.longUnused : 0)
  )
}
