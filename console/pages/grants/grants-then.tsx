import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { pastGrantsQuery } from '../../api/queries.ts'
import { restrictionsOf } from '../../restrictions.ts'
import { LevelBadge } from '../../ui/badges.tsx'
import { Facts } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { instantIn, When, Zone } from '../../ui/when.tsx'

interface GrantsThenProps {
  technicianId: string
  customer: { id: string; name: string }
  at: string
}

/** What held between two at an instant, as it was then. */
export function GrantsThen({ technicianId, customer, at }: GrantsThenProps) {
  const zone = useContext(Zone)
  const grants = useQuery(pastGrantsQuery({ technicianId, at, search: customer.name, limit: '100' }))
  return (
    <section className="then" aria-label="Then">
      <h3 className="small-heading">On {instantIn(zone, at)}</h3>
      <Awaited of={grants} rows={2}>
        {({ items }) => {
          const held = items.filter(({ customerOrgId }) => customerOrgId === customer.id)
          if (held.length === 0) return <p className="dim">No access.</p>
          return held.map((grant) => (
            <Facts
              key={grant.id}
              of={{
                Level: <LevelBadge level={grant.accessLevel} />,
                From: <When at={grant.startsAt} />,
                Until: grant.expiresAt ? <When at={grant.expiresAt} /> : 'no end',
                Limits: restrictionsOf(grant).join(' · ') || 'none',
              }}
            />
          ))
        }}
      </Awaited>
    </section>
  )
}
