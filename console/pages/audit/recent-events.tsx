import { useQuery } from '@tanstack/react-query'
import { recentQuery } from '../../api/queries.ts'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { EventLine } from './event-line.tsx'

export function RecentEvents({ organizationId, limit = '50' }: { organizationId: string; limit?: string }) {
  const recent = useQuery(recentQuery(organizationId, limit))
  return (
    <Awaited of={recent}>
      {(events) => {
        return events.length === 0 ? (
          <Nothing title="Nothing happened yet" />
        ) : (
          <ol className="events" aria-label="Events">
            {events.map((event) => (
              <li key={event.id}>
                <EventLine event={event} />
              </li>
            ))}
          </ol>
        )
      }}
    </Awaited>
  )
}
