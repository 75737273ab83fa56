import { Drawer, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useContext, useMemo, useRef, useState } from 'react'
import { compactMatrixQuery, pastMatrixQuery } from '../../api/queries.ts'
import { useProfile } from '../../profile.ts'
import type { MatrixSearch } from '../../search.ts'
import { tellFault } from '../../ui/notice.ts'
import { Page } from '../../ui/page.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { instantIn, Zone } from '../../ui/when.tsx'
import { counted, nameOf } from '../../words.ts'
import { PairView } from '../grants/grant-view.tsx'
import { ViewsMenu } from '../views/views-menu.tsx'
import { exportCsv } from './export-csv.ts'
import { exportPicture } from './export-picture.ts'
import { HeatMap } from './heat-map.tsx'
import { Legend } from './legend.tsx'
import { MatrixEnds } from './matrix-ends.tsx'
import { MatrixTools } from './matrix-tools.tsx'
import { viewOf } from './model.ts'
import type { Compact } from './model.ts'
import { OverviewMap } from './overview-map.tsx'
import type { Block, Spot } from './scene.ts'
import { SelectionBar } from './selection-bar.tsx'
import { TimeBar } from './time-bar.tsx'
import { useZoom } from './zoom.ts'

const route = getRouteApi('/matrix')

const usualViews = [
  { name: 'Ends within 7 days', query: 'mark=expiring&hide=empty' },
  { name: 'Emergencies', query: 'level=emergency&hide=empty' },
  { name: 'Unused for 90 days', query: 'mark=unused&hide=empty' },
]

export function MatrixPage() {
  const { organization } = useProfile()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const now = useQuery({ ...compactMatrixQuery, refetchInterval: 30_000, enabled: search.at === undefined })
  const then = useQuery({ ...pastMatrixQuery(search.at ?? ''), enabled: search.at !== undefined })
  const matrix = search.at === undefined ? now : then
  const change = (next: Partial<MatrixSearch>): void => void navigate({ search: { ...search, ...next }, replace: true })
  return (
    <Page
      title="Access matrix"
      lead="Who reaches whom, now and on any day before."
      actions={<ViewsMenu page="matrix" usual={usualViews} />}
      wide
    >
      <TimeBar
        beginning={organization.createdAt}
        at={search.at}
        onChange={(at) => change({ at, cell: undefined, ...(at && search.mark === 'unused' && { mark: undefined }) })}
      />
      <div aria-busy={matrix.isPlaceholderData} className={matrix.isPlaceholderData ? 'is-busy' : undefined}>
        <Awaited of={matrix}>{(whole) => <Shown matrix={whole} search={search} change={change} />}</Awaited>
      </div>
    </Page>
  )
}

interface ShownProps {
  matrix: Compact
  search: MatrixSearch
  change: (next: Partial<MatrixSearch>) => void
}

function Shown({ matrix, search, change }: ShownProps) {
  const { organization } = useProfile()
  const zone = useContext(Zone)
  const view = useView(matrix, search)
  const [at, setAt] = useState<Spot | null>(null)
  const [block, setBlock] = useState<Block | null>(null)
  const readout = useRef<HTMLParagraphElement>(null)
  const zoom = useZoom(search.size, (size) => change({ size }))
  const opened = pairIn(matrix, search.cell)
  const narrow = (next: Partial<MatrixSearch>): void => {
    setBlock(null)
    setAt(null)
    change(next)
  }
  const tell = (words: string): void => {
    if (readout.current) readout.current.textContent = words
  }
  const title = `${organization.name}, ${instantIn(zone, search.at ?? new Date().toISOString())}`

  return (
    <>
      <MatrixTools search={search} narrow={narrow} />
      <Group justify="space-between" mb="xs" mt="sm" gap="xs">
        <Legend past={search.at !== undefined} />
        <Group gap="md">
          <Text size="sm" c="dimmed" role="status">
            {counted(view.rows.order.length, 'technician')} × {counted(view.columns.order.length, 'customer')},{' '}
            {counted(view.count, 'grant')}
          </Text>
          <MatrixEnds
            zoom={zoom}
            onCsv={() => exportCsv(matrix, view, search.at)}
            onPicture={() => {
              exportPicture({ matrix, view, size: zoom.size ?? 20, title, at: search.at }).catch(tellFault)
            }}
          />
        </Group>
      </Group>
      {view.rows.order.length === 0 || view.columns.order.length === 0 ? (
        <Empty matrix={matrix} past={search.at !== undefined} />
      ) : zoom.size === null ? (
        <OverviewMap
          matrix={matrix}
          view={view}
          tell={tell}
          onEnter={(spot) => {
            setAt(spot)
            zoom.by(1)
          }}
        />
      ) : (
        <HeatMap
          matrix={matrix}
          view={view}
          size={zoom.size}
          at={at}
          block={block}
          tell={tell}
          onMove={setAt}
          onBlock={setBlock}
          onZoom={zoom.by}
          onOpen={({ row, column }) => {
            const technician = matrix.technicians[view.rows.order[row] ?? -1]
            const customer = matrix.customers[view.columns.order[column] ?? -1]
            if (technician && customer) change({ cell: `${technician.id}.${customer.id}` })
          }}
        />
      )}
      <p className="readout" ref={readout} aria-hidden />
      {block && (
        <SelectionBar
          matrix={matrix}
          view={view}
          block={block}
          past={search.at !== undefined}
          clear={() => setBlock(null)}
        />
      )}
      <Drawer
        opened={opened !== null}
        onClose={() => change({ cell: undefined })}
        size="md"
        withOverlay={false}
        shadow="xl"
        title={opened && `${nameOf(opened.technician)} → ${opened.customer.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened && <PairView technician={opened.technician} customer={opened.customer} at={search.at} />}
      </Drawer>
    </>
  )
}

/** Found anew when what narrows it has changed, not when a cell is opened. */
function useView(matrix: Compact, search: MatrixSearch) {
  const { search: words, level, mark, rows, rowGroup, role, columns, columnGroup, status, hide } = search
  return useMemo(
    () =>
      viewOf(matrix, {
        search: words,
        level,
        mark,
        rows: { sort: rows, group: rowGroup, kind: role, taken: hide === 'empty' },
        columns: { sort: columns, group: columnGroup, kind: status, taken: hide === 'empty' },
      }),
    [matrix, words, level, mark, rows, rowGroup, role, columns, columnGroup, status, hide],
  )
}

function Empty({ matrix, past }: { matrix: Compact; past: boolean }) {
  if (matrix.technicians.length > 0 && matrix.customers.length > 0) {
    return <Nothing title="Nothing matches">Take a filter away to see more.</Nothing>
  }
  return (
    <Nothing title={past ? 'There was nothing yet' : 'There is nothing to draw yet'}>
      Technicians and customers appear here as soon as there are both.
    </Nothing>
  )
}

function pairIn(matrix: Compact, cell: string | undefined) {
  const [technicianId, customerId] = cell?.split('.') ?? []
  const technician = matrix.technicians.find(({ id }) => id === technicianId)
  const customer = matrix.customers.find(({ id }) => id === customerId)
  return technician && customer ? { technician, customer } : null
}
