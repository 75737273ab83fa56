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
  return columns.flatMap(({ id: customerOrgId, number }) =>
    grantsOn(grants, number)
      .filter((i) => isLiveAt(grants, i, now))
      .map((i) => ({ technicianId, customerOrgId, ...cellAt(grants, i, now) })),
  )
}

function grantsOn(grants: CompiledGrants, customer: number): number[] {
  const found: number[] = []
  for (let i = findGrants(grants, customer); i < grants.count && customerAt(grants, i) === customer; i++) found.push(i)
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
