import { ActionIcon, Button, Drawer, Group, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { compactMatrixQuery } from '../../api/queries.ts'
import { Icon } from '../../ui/icons.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { counted, levelNames, nameOf } from '../../words.ts'
import { PairView } from '../grants/grant-view.tsx'
import { exportCsv } from './export-csv.ts'
import { HeatMap } from './heat-map.tsx'
import type { Spot } from './heat-map.tsx'
import { Legend } from './legend.tsx'
import { viewOf } from './model.ts'
import type { Compact, Filter } from './model.ts'
import type { Block } from './paint.ts'
import { SelectionBar } from './selection-bar.tsx'

const route = getRouteApi('/matrix')
const sizes = [6, 12, 20, 28, 36] as const
const sizeNames = { small: 1, large: 4 } as const
const USUAL_SIZE = 3

export function MatrixPage() {
  const matrix = useQuery({ ...compactMatrixQuery, refetchInterval: 30_000 })
  return (
    <Page title="Access matrix" lead="Who reaches whom, at this moment." wide>
      <Awaited of={matrix}>
        {(whole) =>
          whole.technicians.length === 0 || whole.customers.length === 0 ? (
            <Nothing title="There is nothing to draw yet">
              Technicians and customers appear here as soon as there are both.
            </Nothing>
          ) : (
            <Shown matrix={whole} />
          )
        }
      </Awaited>
    </Page>
  )
}

function Shown({ matrix }: { matrix: Compact }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (next: Partial<typeof search>): void =>
    void navigate({ search: { ...search, ...next }, replace: true })
  const view = useMemo(() => viewOf(matrix, search as Filter), [matrix, search])
  const [at, setAt] = useState<Spot | null>(null)
  const [block, setBlock] = useState<Block | null>(null)
  const [step, setStep] = useState<number>(search.size ? sizeNames[search.size] : USUAL_SIZE)
  const zoom = (by: 1 | -1): void => setStep((now) => Math.min(sizes.length - 1, Math.max(0, now + by)))
  const size = sizes[step] ?? 20

  const idsAt = ({ row, column }: Spot) => {
    const technician = matrix.technicians[view.rows.order[row] ?? -1]
    const customer = matrix.customers[view.columns.order[column] ?? -1]
    return technician && customer ? { technician, customer } : null
  }
  const opened = pairIn(matrix, search.cell)
  const narrow = (next: Partial<typeof search>): void => {
    setBlock(null)
    setAt(null)
    change(next)
  }

  return (
    <>
      <Group gap="sm" className="filters matrix-tools">
        <SearchField
          label="Search technicians and customers"
          value={search.search ?? ''}
          onSearch={(words) => narrow({ search: words || undefined })}
        />
        <Select
          aria-label="Level"
          placeholder="Any level"
          clearable
          data={Object.entries(levelNames).map(([value, label]) => ({ value, label }))}
          value={search.level ?? null}
          onChange={(level) => narrow({ level: (level ?? undefined) as typeof search.level })}
          clearButtonProps={{ 'aria-label': 'Clear level' }}
        />
        <Select
          aria-label="Mark"
          placeholder="Any mark"
          clearable
          data={[
            { value: 'expiring', label: 'Expires within 7 days' },
            { value: 'restricted', label: 'Restricted' },
            { value: 'unused', label: 'Unused for 90 days' },
          ]}
          value={search.mark ?? null}
          onChange={(mark) => narrow({ mark: mark ?? undefined })}
          clearButtonProps={{ 'aria-label': 'Clear mark' }}
        />
        <Select
          aria-label="Order"
          data={[
            { value: 'name', label: 'By name' },
            { value: 'grants', label: 'Most grants first' },
          ]}
          value={search.rows ?? 'name'}
          allowDeselect={false}
          onChange={(order) =>
            narrow(order === 'grants' ? { rows: 'grants', columns: 'grants' } : { rows: undefined, columns: undefined })
          }
        />
        <Group gap={4}>
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label="Smaller cells"
            onClick={() => zoom(-1)}
            disabled={step === 0}
          >
            −
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label="Larger cells"
            onClick={() => zoom(1)}
            disabled={step === sizes.length - 1}
          >
            +
          </ActionIcon>
        </Group>
        <Button
          variant="default"
          leftSection={<Icon name="download" size={16} />}
          onClick={() => exportCsv(matrix, view)}
        >
          CSV
        </Button>
      </Group>
      <Group justify="space-between" mb="xs" mt="xs">
        <Legend />
        <Text size="sm" c="dimmed" role="status">
          {counted(view.rows.order.length, 'technician')} × {counted(view.columns.order.length, 'customer')},{' '}
          {counted(view.count, 'grant')}
        </Text>
      </Group>
      {view.rows.order.length === 0 || view.columns.order.length === 0 ? (
        <Nothing title="Nothing matches" />
      ) : (
        <HeatMap
          matrix={matrix}
          view={view}
          size={size}
          at={at}
          block={block}
          onMove={setAt}
          onBlock={setBlock}
          onZoom={zoom}
          onOpen={(spot) => {
            const ids = idsAt(spot)
            if (ids) change({ cell: `${ids.technician.id}.${ids.customer.id}` })
          }}
        />
      )}
      {block && <SelectionBar matrix={matrix} view={view} block={block} clear={() => setBlock(null)} />}
      <Drawer
        opened={opened !== null}
        onClose={() => change({ cell: undefined })}
        size="md"
        withOverlay={false}
        shadow="xl"
        title={opened && `${nameOf(opened.technician)} → ${opened.customer.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened && <PairView technician={opened.technician} customer={opened.customer} />}
      </Drawer>
    </>
  )
}

function pairIn(matrix: Compact, cell: string | undefined) {
  const [technicianId, customerId] = cell?.split('.') ?? []
  const technician = matrix.technicians.find(({ id }) => id === technicianId)
  const customer = matrix.customers.find(({ id }) => id === customerId)
  return technician && customer ? { technician, customer } : null
}
