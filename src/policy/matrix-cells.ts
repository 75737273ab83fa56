import type { MatrixCell } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import {
  customerAt,
  expiresAt,
  findGrants,
  grantedAt,
  idAt,
  isRestrictedAt,
  lastUsedAt,
  levelAt,
  NEVER_USED,
  startsAt,
} from './compiled-grants.ts'
import type { CompiledGrants } from './compiled-grants.ts'
import { isoInstant } from './written-instants.ts'

interface Row {
  readonly technicianId: string
  readonly grants: CompiledGrants
}

interface Column {
  readonly id: string
  readonly number: number
}

/** The grants of a row on the customers of a window that give access, or will; of a pair the newest first. */
export function windowCells(row: Row, columns: readonly Column[], now: Date): MatrixCell[] {
  const { grants } = row
  const time = now.getTime()
  const cells: MatrixCell[] = []
  // Nearly all places of a window are empty, and must cost next to nothing.
  for (const column of columns) {
    const first = findGrants(grants, column.number)
    if (first === grants.count) continue
    for (const i of liveFrom(grants, first, time)) cells.push(cellAt(row, column.id, { i, time }))
  }
  return cells
}

function liveFrom(grants: CompiledGrants, first: number, time: number): number[] {
  const found: number[] = []
  const customer = customerAt(grants, first)
  for (let i = first; i < grants.count && customerAt(grants, i) === customer; i++)
    if (isLiveAt(grants, i, time)) found.push(i)
  return found.sort((a, b) => grantedAt(grants, b) - grantedAt(grants, a))
}

const isLiveAt = (grants: CompiledGrants, i: number, time: number): boolean =>
  startsAt(grants, i) < Infinity && time < expiresAt(grants, i)

function cellAt({ technicianId, grants }: Row, customerOrgId: string, { i, time }: { i: number; time: number }) {
  const start = startsAt(grants, i)
  const end = expiresAt(grants, i)
  const used = lastUsedAt(grants, i)
  return {
    id: idAt(grants, i),
    technicianId,
    customerOrgId,
    accessLevel: accessLevels[levelAt(grants, i)] ?? 'read_only',
    status: start <= time ? ('active' as const) : ('scheduled' as const),
    startsAt: isoInstant(start),
    expiresAt: end === Infinity ? null : isoInstant(end),
    lastUsedAt: used === NEVER_USED ? null : isoInstant(used),
    restricted: isRestrictedAt(grants, i),
  }
}
