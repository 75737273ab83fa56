import { Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { findCustomers } from '../../api/find.ts'
import { organizationQuery } from '../../api/queries.ts'
import { useMay } from '../../profile.ts'
import type { AuditSearch } from '../../search.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Pick } from '../../ui/pick.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { actionName } from '../../words.ts'
import { ViewsMenu } from '../views/views-menu.tsx'
import { ChosenFilters } from './chosen-filters.tsx'
import { EventDetail } from './event-detail.tsx'
import { Events } from './events.tsx'
import { ExportMenu } from './export-menu.tsx'
import { Facets } from './facets.tsx'
import { asQuery, filterOf } from './filter.ts'
import { periodOf } from './period.ts'
import { TrailBadge } from './trail-badge.tsx'
import { useStats } from './use-stats.ts'
import { usualViews } from './usual-views.ts'
import { WhenSection } from './when-section.tsx'

const route = getRouteApi('/audit')

/** The trail: when how much happened, of what kind, and each event whole. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayProve = useMay('audit.integrity')
  const [now] = useState(Date.now)
  const [shown, setShown] = useState<Schemas['AuditEvent'] | null>(null)
  const filter = useMemo(() => filterOf(search), [search])
  const period = useMemo(() => periodOf(search, now), [search, now])
  const stats = useStats(filter, period)
  const organization = useQuery({
    ...organizationQuery(filter.organizationId ?? ''),
    enabled: filter.organizationId !== undefined,
    retry: false,
  })
  const go = (next: AuditSearch): void => void navigate({ search: next, replace: true })
  const change = (next: Partial<AuditSearch>): void => go({ ...search, ...next })
  const open = (event: Schemas['AuditEvent']): void => {
    setShown(event)
    change({ event: event.id })
  }
  const narrow = (next: Partial<AuditSearch>): void => {
    setShown(null)
    change(next)
  }
  return (
    <Page
      title="Audit trail"
      lead={
        <span className="lead-line">
          What was done, by whom, from where, and how it ended.
          {mayProve && <TrailBadge />}
        </span>
      }
      actions={
        <>
          <ViewsMenu page="audit" usual={usualViews} />
          <ExportMenu query={asQuery(filter, period)} expected={stats.data?.total} />
        </>
      }
      wide
    >
      <WhenSection search={search} period={period} stats={stats} change={change} />
      <div className="explorer">
        <Facets filter={filter} period={period} change={change} />
        <Section>
          <div className="filters explorer-filters">
            <SearchField
              label="Search descriptions"
              value={filter.search ?? ''}
              onSearch={(words) => change({ search: words || undefined, event: undefined })}
            />
            <Pick
              name="organization"
              label="Customer"
              kind="customers"
              value={filter.organizationId ?? null}
              onPick={(id) => change({ organizationId: id ?? undefined, event: undefined })}
              find={findCustomers}
              placeholder="Any organization"
              known={organization.data && { value: organization.data.data.id, label: organization.data.data.name }}
            />
          </div>
          <ChosenFilters filter={filter} change={change} />
          <Events filter={filter} period={period} search={search} change={change} show={open} found={setShown} />
        </Section>
      </div>
      <Drawer
        opened={shown !== null}
        onClose={() => narrow({ event: undefined })}
        size="lg"
        title={shown && actionName(shown.action)}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {shown && <EventDetail event={shown} narrow={narrow} />}
      </Drawer>
    </Page>
  )
}
