import type { Sender, Tenancy } from '../database/tenancy.ts'
import { findAccessNews, listLiveGrants, readAccessChanges, readAccessParties } from '../queries/access-changes.ts'
import type { LiveGrantRow } from '../queries/access-changes.ts'
import { createGrantTable } from './grant-table.ts'
import type { GrantTable } from './grant-table.ts'

/** All live grants in process, told by the database what has changed whenever somebody asks. */
export interface GrantIndex {
  /** As they were at most so many milliseconds before this was asked, 0 being not before. Rejects when the database is away. */
  known(maxAgeMs: number): Promise<GrantTable>
  /** The same, but null at once, and the reading begins, while they have not been read yet. */
  knownIfRead(maxAgeMs: number): Promise<GrantTable | null>
  /** Something has been committed that whoever asks from now on must see. */
  changed(): void
}

interface Look {
  /** When the question left; null while it waits for the one before. */
  sentAt: number | null
  table: Promise<GrantTable>
}

interface Reading {
  readonly table: GrantTable
  /** The next changes are those that this one does not show. */
  snapshot: string
  readonly restrictionsAtFirst: number
}

const GRANTS_AT_ONCE = 5000
/** Restrictions that no grant has any more, before all is read anew to forget them. */
const MAX_STALE_RESTRICTIONS = 10_000

export function createGrantIndex(sender: Sender): GrantIndex {
  const identity = sender.within({ as: 'identity' })
  let reading: Reading | null = null
  let last: Look | null = null
  let line: Promise<unknown> = Promise.resolve()

  async function look(): Promise<GrantTable> {
    const before = reading
    if (before !== null && (await catchUp(identity, before))) return before.table
    reading = null
    reading = await readAll(identity)
    return reading.table
  }

  /** One after the other: changes are only understood in their order. */
  function queue(): Look {
    const next: Look = { sentAt: null, table: line.then(() => ((next.sentAt = performance.now()), look())) }
    line = next.table.catch(() => last === next && (last = null))
    return next
  }

  function known(maxAgeMs: number): Promise<GrantTable> {
    const isRecent = last !== null && (last.sentAt === null || performance.now() - last.sentAt < maxAgeMs)
    if (last === null || !isRecent) last = queue()
    return last.table
  }

  return {
    known,
    knownIfRead(maxAgeMs) {
      if (reading !== null) return known(maxAgeMs)
      if (last === null) known(maxAgeMs).catch(() => undefined)
      return Promise.resolve(null)
    },
    changed: () => void (last?.sentAt !== null && (last = null)),
  }
}

/** Whether the table is up to date now; it is not when what has changed cannot be told. */
async function catchUp(identity: Tenancy, reading: Reading): Promise<boolean> {
  const { table } = reading
  const news = await identity.run(findAccessNews(reading.snapshot))
  const changes = news.changed && !news.lost ? await identity.run(readAccessChanges(reading.snapshot)) : null
  const { snapshot, lost } = changes ?? news
  if (lost || table.restrictionCount > reading.restrictionsAtFirst + MAX_STALE_RESTRICTIONS) return false
  if (changes) {
    table.setParties(changes)
    table.replace(changes)
  }
  reading.snapshot = snapshot
  return true
}

/** Piece by piece, so that nothing else waits for long; what changes meanwhile is caught up with at the end. */
async function readAll(identity: Tenancy): Promise<Reading> {
  const table = createGrantTable()
  const { snapshot, ...parties } = await identity.run(readAccessParties())
  table.setParties(parties)
  for (let after: LiveGrantRow | null = null; ;) {
    const grants: LiveGrantRow[] = await identity.run(listLiveGrants(after, GRANTS_AT_ONCE))
    table.replace({ pairs: grants.map((grant) => [grant.technicianId, grant.customerOrgId]), grants })
    after = grants.at(-1) ?? null
    if (grants.length < GRANTS_AT_ONCE) break
  }
  const reading: Reading = { table, snapshot, restrictionsAtFirst: table.restrictionCount }
  if (await catchUp(identity, reading)) return reading
  throw new Error('the grants changed faster than they could be read')
}
