import type { Tenancy } from '../../database/tenancy.ts'
import {
  listHeadsFrom,
  listHeadsOf,
  listPlacedEvents,
  listStrayEvents,
  listTrailOrganizations,
} from '../../queries/audit-verification.ts'
import type { EventKey, HeadRow, PlacedRow, StrayEvent } from '../../queries/audit-verification.ts'

/** Rows that one statement reads. */
export const PAGE = 2000
/** Of places: with all their events, these are the largest rows that are read. */
const PLACES = 500

export type Trail = Pick<Tenancy, 'run'>

/** The leaves of the tree over all, in their order. */
export async function* headsOf(trail: Trail): AsyncGenerator<HeadRow> {
  for (let from = 0; ;) {
    const page = await trail.run(listHeadsFrom(from, PAGE))
    yield* page
    if (page.length < PAGE) return
    from = (page.at(-1)?.position ?? 0) + 1
  }
}

/** The heads of one organization, by their sizes. */
export async function* headsOfOrganization(trail: Trail, orgId: string): AsyncGenerator<HeadRow> {
  for (let after = 0; ;) {
    const page = await trail.run(listHeadsOf(orgId, after, PAGE))
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.size
  }
}

export async function* organizationsOf(trail: Trail): AsyncGenerator<string> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const page = await trail.run(listTrailOrganizations(after, PAGE))
    for (const { orgId } of page) yield orgId
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.orgId
  }
}

/** The events of an organization in the order of their sequence, page by page: one is read while the one before it is looked at. */
export async function* placesOf(trail: Trail, orgId: string): AsyncGenerator<PlacedRow[]> {
  let next = trail.run(listPlacedEvents(orgId, 0, PLACES))
  for (;;) {
    const page = await next
    const last = page.at(-1)
    if (!last || page.length < PLACES) {
      yield page
      return
    }
    next = trail.run(listPlacedEvents(orgId, last.sequence + 1, PLACES))
    next.catch(() => undefined) // told when it is waited for
    yield page
  }
}

/** Its events that have no place. */
export async function* straysOf(trail: Trail, orgId: string): AsyncGenerator<StrayEvent> {
  for (let after: EventKey | null = null; ;) {
    const { strays, last }: { strays: StrayEvent[]; last: EventKey | null } = await trail.run(
      listStrayEvents(orgId, after, PAGE),
    )
    yield* strays
    if (!last) return
    after = last
  }
}
