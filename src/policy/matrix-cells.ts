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

interface Row {
  readonly technicianId: string
  readonly grants: CompiledGrants
}

interface Column {
  readonly id: string
  readonly number: number
}

/** The grants of a row on the customers of a window that give access, or will; of a pair the newest first. */
export function windowCells({ technicianId, grants }: Row, columns: readonly Column[], now: Date): MatrixCell[] {
  const cells: MatrixCell[] = []
  // Nearly all places of a window are empty, and must cost next to nothing.
  for (const { id: customerOrgId, number } of columns) {
    const first = findGrants(grants, number)
    if (first === grants.count) continue
    for (const i of liveFrom(grants, first, now)) cells.push({ technicianId, customerOrgId, ...cellAt(grants, i, now) })
  }
  return cells
}

function liveFrom(grants: CompiledGrants, first: number, now: Date): number[] {
  const found: number[] = []
  const customer = customerAt(grants, first)
  for (let i = first; i < grants.count && customerAt(grants, i) === customer; i++)
    if (isLiveAt(grants, i, now)) found.push(i)
  return found.sort((a, b) => grantedAt(grants, b) - grantedAt(grants, a))
}

const isLiveAt = (grants: CompiledGrants, i: number, now: Date): boolean =>
  startsAt(grants, i) < Infinity && now.getTime() < expiresAt(grants, i)

function cellAt(grants: CompiledGrants, i: number, now: Date): Omit<MatrixCell, 'technicianId' | 'customerOrgId'> {
  const [start, end, used] = [startsAt(grants, i), expiresAt(grants, i), lastUsedAt(grants, i)]
  return {
    id: idAt(grants, i),
    accessLevel: accessLevels[levelAt(grants, i)] ?? 'read_only',
    status: start <= now.getTime() ? 'active' : 'scheduled',
    startsAt: instant(start),
    expiresAt: end === Infinity ? null : instant(end),
    lastUsedAt: used === NEVER_USED ? null : instant(used),
    restricted: isRestrictedAt(grants, i),
  }
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
