import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { tableFeatures, useTable } from '@tanstack/react-table'
import type { ColumnDef } from '@tanstack/react-table'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { inFigures } from '../words.ts'
import { Nothing } from './states.tsx'

const features = tableFeatures({})

export interface Column<T> {
  id: string
  header: string
  cell: (row: T) => ReactNode
  /** The key by which the server sorts. */
  sort?: string
  numeric?: boolean
}

interface Paged<T> {
  items: readonly T[]
  total: number
  page: number
  totalPages: number
}

interface DataTableProps<T> {
  label: string
  columns: readonly Column<T>[]
  page: Paged<T>
  sort?: string | undefined
  onSort?: (sort: string) => void
  onPage: (page: number) => void
  empty: string
  busy?: boolean
}

/** One page of a list that the server sorts and cuts. */
export function DataTable<T extends { id: string }>(props: DataTableProps<T>) {
  const { label, columns, page, sort, onSort, onPage, empty, busy } = props
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, T> => ({
        id: column.id,
        header: column.header,
        cell: ({ row }) => column.cell(row.original),
      })),
    [columns],
  )
  const data = useMemo(() => [...page.items], [page.items])
  const table = useTable({ features, columns: definitions, data, getRowId: (row) => row.id })
  if (page.total === 0) return <Nothing title={empty} />
  return (
    <div aria-busy={busy ?? false} className={busy ? 'table-frame is-busy' : 'table-frame'}>
      <div className="table-scroll">
        <table className="table" aria-label={label}>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {table.getRowModel().rows.map((row) => (
              <tr key={row.id}>
                {row.getAllCells().map((cell, index) => (
                  <td
                    key={cell.id}
                    data-label={columns[index]?.header}
                    className={columns[index]?.numeric ? 'numeric' : undefined}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager page={page} onPage={onPage} />
    </div>
  )
}

interface HeaderCellProps<T> {
  column: Column<T>
  sort: string | undefined
  onSort: ((sort: string) => void) | undefined
}

function HeaderCell<T>({ column, sort, onSort }: HeaderCellProps<T>) {
  const key = column.sort
  const className = column.numeric ? 'numeric' : undefined
  if (!key || !onSort) {
    return (
      <th scope="col" className={className}>
        {column.header || <span className="unseen">Actions</span>}
      </th>
    )
  }
  const direction = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : 'none'
  return (
    <th scope="col" aria-sort={direction} className={className}>
      <UnstyledButton className="sorter" onClick={() => onSort(direction === 'ascending' ? `-${key}` : key)}>
        {column.header}
        <span aria-hidden className="sorter-mark">
          {direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : '↕'}
        </span>
      </UnstyledButton>
    </th>
  )
}

export const Pager = ({ page, onPage }: { page: Omit<Paged<unknown>, 'items'>; onPage: (page: number) => void }) => (
  <Group justify="space-between" className="pager">
    <Text size="sm" c="dimmed">
      {inFigures(page.total)} in all
      {page.totalPages > 1 && ` · page ${page.page} of ${inFigures(page.totalPages)}`}
    </Text>
    {page.totalPages > 1 && (
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={page.page <= 1} onClick={() => onPage(page.page - 1)}>
          Previous
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={page.page >= page.totalPages}
          onClick={() => onPage(page.page + 1)}
        >
          Next
        </Button>
      </Group>
    )}
  </Group>
)
