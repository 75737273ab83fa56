import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, ask } from '../../api/client.ts'
import { Awaited } from '../../ui/states.tsx'
import { EventLine } from '../audit/event-line.tsx'

const MOST = '5'

/** The latest events of high risk. */
export function StoodOut() {
  const latest = useQuery({
    queryKey: ['audit', 'stood out'],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/audit/logs', { params: { query: { riskLevel: ['high', 'critical'], limit: MOST } }, signal })),
  })
  return (
    <Awaited of={latest} rows={3}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="dim">Nothing of high risk happened yet.</p>
        ) : (
          <ol className="events" aria-label="What stood out">
            {items.map((event) => (
              <li key={event.id}>
                <Link
                  to="/audit"
                  search={{
                    from: event.occurredAt,
                    to: new Date(Date.parse(event.occurredAt) + 1).toISOString(),
                    event: event.id,
                  }}
                  className="event-link"
                >
                  <EventLine event={event} />
                </Link>
              </li>
            ))}
          </ol>
        )
      }
    </Awaited>
  )
}
