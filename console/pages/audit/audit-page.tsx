import { Button, Drawer, Group, Menu, Select } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { auditStatsQuery } from '../../api/queries.ts'
import { useMay, useProfile } from '../../profile.ts'
import { Bars } from '../../ui/bars.tsx'
import { Icon } from '../../ui/icons.tsx'
import { notice, tellFault } from '../../ui/notice.ts'
import type { AuditSearch } from '../../search.ts'
import { Page, Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { instantIn } from '../../ui/when.tsx'
import { actionName, counted } from '../../words.ts'
import { save } from '../matrix/export-csv.ts'
import { EventDetail } from './event-detail.tsx'
import { EventList } from './event-list.tsx'
import { Facets } from './facets.tsx'

const route = getRouteApi('/audit')
const DAY_MS = 86_400_000
const PAGE = '50'
const formats = ['csv', 'ndjson', 'ocsf'] as const

type Search = AuditSearch
type Filter = Omit<Search, 'event'>

/** The trail: when how much happened, of what kind, and each event whole. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [shown, setShown] = useState<Schemas['AuditEvent'] | null>(null)
  const { event: _event, ...filter } = search
  const change = (next: Partial<Search>): void => void navigate({ search: { ...search, ...next }, replace: true })
  return (
    <Page
      title="Audit trail"
      lead="What was done, by whom, from where, and how it ended."
      actions={<ExportMenu filter={filter} />}
      wide
    >
      <Histogram filter={filter} change={change} />
      <div className="explorer">
        <Facets filter={filter} change={change} />
        <Section>
          <Group mb="md" gap="sm" className="filters">
            <SearchField
              label="Search descriptions"
              value={filter.search ?? ''}
              onSearch={(words) => change({ search: words || undefined })}
            />
            <Select
              aria-label="Risk"
              placeholder="Any risk"
              clearable
              data={['low', 'medium', 'high', 'critical'].map((value) => ({ value, label: actionName(value) }))}
              value={filter.riskLevel ?? null}
              onChange={(riskLevel) => change({ riskLevel: riskLevel ?? undefined })}
              clearButtonProps={{ 'aria-label': 'Clear risk' }}
            />
            <Select
              aria-label="Outcome"
              placeholder="Any outcome"
              clearable
              data={['success', 'failure', 'denied'].map((value) => ({ value, label: actionName(value) }))}
              value={filter.outcome ?? null}
              onChange={(outcome) => change({ outcome: outcome ?? undefined })}
              clearButtonProps={{ 'aria-label': 'Clear outcome' }}
            />
          </Group>
          <Events filter={filter} show={setShown} />
        </Section>
      </div>
      <Drawer
        opened={shown !== null}
        onClose={() => setShown(null)}
        size="lg"
        title={shown && actionName(shown.action)}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {shown && <EventDetail event={shown} narrow={(next) => change(next)} />}
      </Drawer>
    </Page>
  )
}

const queryOf = (filter: Filter) => filter as Record<string, string>

function Histogram({ filter, change }: { filter: Filter; change: (next: Partial<Search>) => void }) {
  const { timezone } = useProfile()
  const [monthAgo] = useState(() => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 29 * DAY_MS).toISOString())
  const from = filter.from ?? monthAgo
  const short = filter.from !== undefined && filter.to !== undefined && spanOf(filter.from, filter.to) <= 2 * DAY_MS
  const interval = short ? 'hour' : 'day'
  const stats = useQuery(
    auditStatsQuery({
      from,
      interval,
      timezone,
      ...(filter.to && { to: filter.to }),
      ...(filter.organizationId && { organizationId: filter.organizationId }),
    }),
  )
  const isNarrowed = filter.from !== undefined || filter.to !== undefined
  return (
    <Section
      title="When"
      hint="All events of the period. Choose a bar to look into it."
      actions={
        isNarrowed && (
          <Group gap="xs">
            <span className="dim">
              {filter.from && instantIn(timezone, filter.from)} – {filter.to ? instantIn(timezone, filter.to) : 'now'}
            </span>
            <Button size="compact-sm" variant="default" onClick={() => change({ from: undefined, to: undefined })}>
              The last 30 days
            </Button>
          </Group>
        )
      }
    >
      <Awaited of={stats} rows={3}>
        {({ timeline }) => (
          <Bars
            label={interval === 'hour' ? 'Events by hour' : 'Events by day'}
            bars={timeline.map(({ start, total, highRisk }) => ({ at: start, value: total, marked: highRisk }))}
            onPick={(bar) => {
              const length = interval === 'hour' ? DAY_MS / 24 : DAY_MS
              change({ from: bar.at, to: new Date(new Date(bar.at).getTime() + length).toISOString() })
            }}
          />
        )}
      </Awaited>
    </Section>
  )
}

const spanOf = (from: string, to: string): number => new Date(to).getTime() - new Date(from).getTime()

function Events({ filter, show }: { filter: Filter; show: (event: Schemas['AuditEvent']) => void }) {
  const list = useInfiniteQuery({
    queryKey: ['audit', 'walk', filter],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/api/audit/logs', {
          params: { query: { ...queryOf(filter), limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  return (
    <Awaited of={list} rows={8}>
      {({ pages }) => {
        const events = pages.flatMap(({ items }) => items)
        const [first] = pages
        if (!first || events.length === 0) return <Nothing title="No event is like that">Take away a filter.</Nothing>
        return (
          <>
            <p className="dim" role="status">
              {first.totalIsCapped ? 'More than ' : ''}
              {counted(first.total, 'event')}
            </p>
            <EventList events={events} show={show} />
            {list.hasNextPage && (
              <Button
                variant="default"
                fullWidth
                mt="sm"
                loading={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                Older events
              </Button>
            )}
          </>
        )
      }}
    </Awaited>
  )
}

function ExportMenu({ filter }: { filter: Filter }) {
  const may = useMay('audit.export')
  const exporting = useMutation({
    mutationFn: async (format: (typeof formats)[number]) => {
      const { data, error } = await api.GET('/api/audit/export', {
        params: { query: { ...queryOf(filter), format } },
        parseAs: 'blob',
      })
      if (!(data instanceof Blob))
        throw error instanceof Error ? error : new Error('The export was refused, or broke off.')
      save(data, `audit-trail.${format === 'csv' ? 'csv' : 'ndjson'}`)
    },
    onSuccess: () => notice('The export is complete. It stands in the trail itself.'),
    onError: tellFault,
  })
  if (!may) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" size={16} />} loading={exporting.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What the filters leave</Menu.Label>
        {formats.map((format) => (
          <Menu.Item key={format} onClick={() => exporting.mutate(format)}>
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
