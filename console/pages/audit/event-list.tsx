import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { EventLine } from './event-line.tsx'

interface EventListProps {
  events: readonly Schemas['AuditEvent'][]
  show: (event: Schemas['AuditEvent']) => void
}

const USUAL_HEIGHT = 62

/** However far back somebody walks, only what is in the window is in the page. */
export function EventList({ events, show }: EventListProps) {
  const list = useRef<HTMLOListElement>(null)
  const [above, setAbove] = useState(0)
  useLayoutEffect(() => setAbove(list.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    count: events.length,
    estimateSize: () => USUAL_HEIGHT,
    overscan: 12,
    scrollMargin: above,
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
              style={{ transform: `translateY(${start - above}px)` }}
            >
              <button type="button" onClick={() => show(event)}>
                <EventLine event={event} />
              </button>
            </li>
          )
        )
      })}
    </ol>
  )
}
