import { useEffect, useRef, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { messageOf } from '../../words.ts'
import { asQuery } from './filter.ts'
import type { Filter } from './filter.ts'

type Event = Schemas['AuditEvent']

const EVERY_MS = 2500
/** What was committed after something newer is looked for this far back. */
const LATE_MS = 30_000
const PAGE = '100'
/** With so many it stops: nobody can follow. */
export const MOST_FRESH = 2000

interface Tail {
  readonly fresh: readonly Event[]
  readonly fault: string | null
}

const nothing: Tail = { fresh: [], fault: null }

/**
 * What happens while somebody looks, newest first: the trail is asked every few seconds, page by page until nothing in one is new.
 * @param known the events that are shown already, newest first
 */
export function useTail(filter: Filter, known: readonly Event[], running: boolean): Tail {
  const [tail, setTail] = useState(nothing)
  const shown = useRef(known)
  const fresh = useRef<readonly Event[]>([])
  const question = JSON.stringify(filter)
  useEffect(() => {
    shown.current = known
  })
  useEffect(() => {
    fresh.current = []
    setTail(nothing)
  }, [question])
  useEffect(() => {
    if (!running) return undefined
    const leaving = new AbortController()
    const begun = new Date().toISOString()
    let timer: ReturnType<typeof setTimeout>
    const look = async (): Promise<void> => {
      const all = [...fresh.current, ...shown.current]
      const from = new Date(Date.parse(all[0]?.occurredAt ?? begun) - LATE_MS).toISOString()
      const found = await newSince(asQuery(JSON.parse(question) as Filter, { from }), all, leaving.signal)
      fresh.current = [...found, ...fresh.current].toSorted(newestFirst)
      if (found.length > 0) setTail({ fresh: fresh.current, fault: null })
      else setTail((now) => (now.fault === null ? now : { ...now, fault: null }))
    }
    const goOn = (): void => {
      look()
        .catch((error: unknown) => {
          if (!leaving.signal.aborted) setTail((now) => ({ ...now, fault: messageOf(error) }))
        })
        .finally(() => {
          if (!leaving.signal.aborted && fresh.current.length < MOST_FRESH) timer = setTimeout(goOn, EVERY_MS)
        })
    }
    goOn()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [running, question])
  return tail
}

/** Pages from the newest on, until one holds nothing that is new. */
async function newSince(query: Record<string, string>, known: readonly Event[], signal: AbortSignal): Promise<Event[]> {
  const ids = new Set(known.map(({ id }) => id))
  const found: Event[] = []
  for (let cursor: string | null = ''; cursor !== null && found.length < MOST_FRESH;) {
    const page: { items: Event[]; nextCursor: string | null } = await ask(
      api.GET('/api/audit/logs', { params: { query: { ...query, limit: PAGE, ...(cursor && { cursor }) } }, signal }),
    )
    const unknown = page.items.filter(({ id }) => !ids.has(id))
    for (const event of unknown) ids.add(event.id)
    found.push(...unknown)
    cursor = unknown.length > 0 ? page.nextCursor : null
  }
  return found
}

const newestFirst = (a: Event, b: Event): number =>
  a.occurredAt === b.occurredAt ? (a.id < b.id ? 1 : -1) : a.occurredAt < b.occurredAt ? 1 : -1
