import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { DataTable } from './data-table.tsx'
import type { Column } from './data-table.tsx'
import { SearchField } from './search-field.tsx'
import { Awaited } from './states.tsx'

export interface ListSearch {
  search?: string | undefined
  sort?: string | undefined
  page?: number | undefined
}

interface SearchedListProps<T, S extends ListSearch> {
  label: string
  searchLabel: string
  columns: readonly Column<T>[]
  /** As it is asked of the server. */
  list: {
    data: { items: readonly T[]; total: number; page: number; totalPages: number } | undefined
    error: unknown
    refetch: () => unknown
    isPlaceholderData: boolean
  }
  search: S
  onSearch: (search: S) => void
  /** What else narrows it; a change begins at its first page. */
  filters?: (narrow: (next: Partial<S>) => void) => ReactNode
  /** Where there is nothing at all. */
  empty: string
}

/** A list that the server searches, filters, sorts and cuts into pages. */
export function SearchedList<T extends { id: string }, S extends ListSearch>(props: SearchedListProps<T, S>) {
  const { label, searchLabel, columns, list, search, onSearch, filters, empty } = props
  const narrow = (next: Partial<S>): void => onSearch({ ...search, page: undefined, ...next })
  return (
    <>
      <Group mb="md" gap="sm" className="filters">
        <SearchField
          label={searchLabel}
          value={search.search ?? ''}
          onSearch={(words) => narrow({ search: words || undefined } as Partial<S>)}
        />
        {filters?.(narrow)}
      </Group>
      <Awaited of={list}>
        {(page) => (
          <DataTable
            label={label}
            columns={columns}
            page={page}
            sort={search.sort ?? 'name'}
            onSort={(sort) => narrow({ sort } as Partial<S>)}
            onPage={(at) => narrow({ page: at } as Partial<S>)}
            empty={search.search ? `Nothing matches “${search.search}”.` : empty}
            busy={list.isPlaceholderData}
          />
        )}
      </Awaited>
    </>
  )
}
