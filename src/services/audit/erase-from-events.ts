import type { Transaction } from '../../database/tenancy.ts'
import { anyOf, wholeWords } from '../../policy/identifiers.ts'
import { whatToErase } from '../../policy/what-to-erase.ts'
import type { Sought, ToErase } from '../../policy/what-to-erase.ts'
import { eraseFromTrail, listSuspects } from '../../queries/audit-erasure.ts'
import type { Taking } from '../../queries/audit-erasure.ts'
import type { StoredEvent } from '../../types/written-event.ts'

const PAGE = 1000

interface Asked {
  readonly personId: string
  /** Later events are left for the next time: an erasure covers what was before it. */
  readonly upTo: Date
  readonly words: readonly string[]
  /** From where they came. */
  readonly places: readonly string[]
  readonly dryRun: boolean
}

/** What was taken from the trail of one organization. */
export interface ErasedIn {
  total: number
  actor: number
  description: number
  content: number
  /** Events that do not name the person any more. */
  unnamed: string[]
}

/** Walks the whole trail once. @returns what was taken, by organization; in a dry run, what would be */
export async function eraseFromEvents(tx: Transaction, asked: Asked): Promise<Map<string, ErasedIn>> {
  const { personId, upTo, words, places } = asked
  const sought: Sought = { personId, words: expression(words), places: expression(places) }
  const suspicion = { personId, upTo, words: anyOf([personId, ...words]) }
  const trails = new Map<string, ErasedIn>()
  for (let after: { occurredAt: string; id: string } | null = null; ;) {
    const page: StoredEvent[] = await tx.run(listSuspects(suspicion, after, PAGE))
    const takings: Taking[] = []
    for (const event of page) {
      const plan = whatToErase(event, sought)
      if (plan === null) continue
      takings.push(takingOf(event, plan))
      count(trails, event, plan)
    }
    if (!asked.dryRun && takings.length > 0) await tx.run(eraseFromTrail(takings))
    const last = page.at(-1)
    if (!last || page.length < PAGE) return trails
    after = { occurredAt: String(last.occurredAt), id: last.id }
  }
}

/** Of none: what matches nothing. */
const expression = (words: readonly string[]): RegExp =>
  words.length === 0 ? /(?!)/ : new RegExp(wholeWords(words), 'iu')

function takingOf({ orgId, occurredAt, id }: StoredEvent, { groups, commitments, left }: ToErase): Taking {
  const of = (group: keyof typeof commitments): Buffer | null => (groups.includes(group) ? commitments[group] : null)
  return {
    ...{ orgId, occurredAt: String(occurredAt), id },
    ...{ actor: of('actor'), description: of('description'), content: of('content'), ...left },
  }
}

function count(trails: Map<string, ErasedIn>, { orgId, id }: StoredEvent, { groups, namesThem }: ToErase): void {
  const trail = trails.get(orgId) ?? { total: 0, actor: 0, description: 0, content: 0, unnamed: [] }
  trails.set(orgId, trail)
  trail.total++
  for (const group of groups) trail[group]++
  if (!namesThem) trail.unnamed.push(id)
}
