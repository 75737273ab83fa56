import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Schemas } from '../../api/client.ts'
import { organizationStatsQuery, recentQuery } from '../../api/queries.ts'
import { useMay, useProfile } from '../../profile.ts'
import { Page } from '../../ui/page.tsx'
import { inFigures } from '../../words.ts'
import { GrantsOnCustomer } from '../customer/grants-on-customer.tsx'
import { Figure } from '../overview.tsx'

/** What a customer wants to know first: who of the provider can get in. */
export function WhoReachesUsPage() {
  const { organization } = useProfile()
  const stats = useQuery(organizationStatsQuery(organization.id))
  const recent = useQuery({ ...recentQuery(organization.id, '100'), enabled: useMay('audit.recent') })
  const uses = useMemo(() => usesOf(recent.data ?? []), [recent.data])
  return (
    <Page title={organization.name} lead="Who of your provider can reach you, how far, and until when.">
      {stats.data && (
        <ul className="figures" aria-label="Figures">
          <Figure
            name="Can reach us"
            value={stats.data.access.active}
            note={`${inFigures(stats.data.access.expiringSoon)} ending within 7 days`}
          />
          <Figure name="Emergencies under way" value={stats.data.access.emergency} />
          <Figure
            name="Our people"
            value={stats.data.users.total}
            note={`${inFigures(stats.data.users.mfaEnabled)} with a second factor`}
          />
          <Figure
            name="Events in 30 days"
            value={stats.data.activity.last30d}
            note={`${inFigures(stats.data.activity.highRisk30d)} of high risk`}
          />
        </ul>
      )}
      <GrantsOnCustomer
        customer={organization}
        title="Who can reach us"
        empty="Nobody of the provider can reach you now."
        uses={uses}
      />
    </Page>
  )
}

/** Of each grant what the latest use of it was. */
function usesOf(events: readonly Schemas['AuditEvent'][]): Map<string, string> {
  const uses = events.filter(({ action, outcome }) => action === 'access.used' && outcome === 'success')
  return new Map(uses.toReversed().map(({ resourceId, description }) => [resourceId ?? '', description ?? '']))
}
