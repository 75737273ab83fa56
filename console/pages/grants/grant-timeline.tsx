import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { grantEventsQuery } from '../../api/queries.ts'
import { useMay } from '../../profile.ts'
import { Awaited } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { actionName } from '../../words.ts'

const FIRST = 5

/** What became of a grant and what was done under it, newest first, out of the trail. */
export function GrantTimeline({ accessId }: { accessId: string }) {
  const may = useMay('audit.search')
  const [all, setAll] = useState(false)
  const events = useQuery({ ...grantEventsQuery(accessId), enabled: may })
  if (!may) return null
  return (
    <section className="history" aria-label="What happened under it">
      <h3>What happened</h3>
      <Awaited of={events} rows={2}>
        {({ items }) => (
          <>
            <ol className="timeline">
              {items.slice(0, all ? items.length : FIRST).map((event) => {
                const isUse = event.action.startsWith('access.use')
                return (
                  <li key={event.id} className={isUse ? undefined : 'is-change'}>
                    {event.description || actionName(event.action)}
                    <p className="dim">
                      <When at={event.occurredAt} /> {!isUse && event.actor && `· ${event.actor.email}`}
                    </p>
                  </li>
                )
              })}
            </ol>
            {!all && items.length > FIRST && (
              <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
                {items.length - FIRST} more
              </Button>
            )}
          </>
        )}
      </Awaited>
    </section>
  )
}
