import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { EventLine } from './event-line.tsx'

interface EventListProps {
  events: readonly Schemas['AuditEvent'][]
  /** How many at the beginning have come while somebody looked. */
  fresh: number
  chosen: string | undefined
  show: (event: Schemas['AuditEvent']) => void
}

const USUAL_HEIGHT = 62

/** However far back somebody walks, only what is in the window is in the page. */
export function EventList({ events, fresh, chosen, show }: EventListProps) {
  const list = useRef<HTMLOListElement>(null)
  const [above, setAbove] = useState(0)
  useLayoutEffect(() => setAbove(list.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    count: events.length,
    estimateSize: () => USUAL_HEIGHT,
    overscan: 12,
    scrollMargin: above,
    // What is looked at stays itself when others come above it.
    getItemKey: (index) => events[index]?.id ?? index,
  })
  return (
    <ol ref={list} className="events events-open" aria-label="Events" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ index, key, start }) => {
        const event = events[index]
        return (
          event && (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              aria-setsize={events.length}
              aria-posinset={index + 1}
              className={index < fresh ? 'is-fresh' : undefined}
              style={{ transform: `translateY(${start - above}px)` }}
            >
              <button type="button" aria-current={event.id === chosen || undefined} onClick={() => show(event)}>
                <EventLine event={event} />
              </button>
            </li>
          )
        )
      })}
    </ol>
  )
}
