import type { MatrixCell } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import { firstOf, idAt, marks, NEVER_USED } from './compiled-grants.ts'
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

const none: readonly number[] = []

function grantsOn(grants: CompiledGrants, customer: number): readonly number[] {
  const first = firstOf(grants, customer)
  const last = firstOf(grants, customer + 1)
  if (first === last) return none
  const grantedAt = (i: number): number => grants.instants[2 * grants.count + i] ?? 0
  return Array.from({ length: last - first }, (_, i) => first + i).sort((a, b) => grantedAt(b) - grantedAt(a))
}

const isLiveAt = ({ count, instants }: CompiledGrants, i: number, now: Date): boolean =>
  (instants[i] ?? Infinity) < Infinity && now.getTime() < (instants[count + i] ?? 0)

function cellAt(grants: CompiledGrants, i: number, now: Date): Omit<MatrixCell, 'technicianId' | 'customerOrgId'> {
  const { count, instants, words } = grants
  const startsAt = instants[i] ?? Infinity
  const expiresAt = instants[count + i] ?? Infinity
  const lastUsedAt = instants[3 * count + i] ?? NEVER_USED
  const what = words[count + i] ?? 0
  return {
    id: idAt(grants, i),
    accessLevel: accessLevels[what & marks.level] ?? 'read_only',
    status: startsAt <= now.getTime() ? 'active' : 'scheduled',
    startsAt: instant(startsAt),
    expiresAt: expiresAt === Infinity ? null : instant(expiresAt),
    lastUsedAt: lastUsedAt === NEVER_USED ? null : instant(lastUsedAt),
    restricted: (what & marks.restricted) !== 0,
  }
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
