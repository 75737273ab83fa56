import { Group } from '@mantine/core'
import { FilterSelect } from '../../ui/filter-select.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import type { MatrixSearch } from '../../search.ts'
import { levelNames, roleNames, statusNames } from '../../words.ts'
import { AxisMenu, HideEmpty } from './axis-menu.tsx'

interface MatrixToolsProps {
  search: MatrixSearch
  narrow: (next: Partial<MatrixSearch>) => void
}

const roles = {
  technician: roleNames.technician,
  security_analyst: roleNames.security_analyst,
  super_admin: roleNames.super_admin,
}
const statuses = { active: statusNames['active'] ?? '', suspended: statusNames['suspended'] ?? '' }
// What was used by then is the trail's to tell.
const pastMarks = { expiring: 'Expires within 7 days', restricted: 'Restricted' } as const
const marks = { ...pastMarks, unused: 'Unused for 90 days' } as const

/** What narrows the matrix, orders and divides it. */
export function MatrixTools({ search, narrow }: MatrixToolsProps) {
  return (
    <Group gap="sm" className="filters matrix-tools">
      <SearchField
        label="Search people and customers"
        value={search.search ?? ''}
        onSearch={(words) => narrow({ search: words || undefined })}
      />
      <FilterSelect
        label="Level"
        any="Any level"
        choices={levelNames}
        value={search.level}
        onChoose={(level) => narrow({ level })}
      />
      <FilterSelect
        label="Mark"
        any="Any mark"
        choices={search.at ? pastMarks : marks}
        value={search.mark}
        onChoose={(mark) => narrow({ mark })}
      />
      <AxisMenu
        label="Rows"
        sort={search.rows ?? 'name'}
        onSort={(sort) => narrow({ rows: sort === 'name' ? undefined : sort })}
        group={search.rowGroup}
        onGroup={(rowGroup) => narrow({ rowGroup })}
        kind="role"
        kinds={roles}
        only={search.role}
        onOnly={(role) => narrow({ role: role as MatrixSearch['role'] })}
      />
      <AxisMenu
        label="Columns"
        sort={search.columns ?? 'name'}
        onSort={(sort) => narrow({ columns: sort === 'name' ? undefined : sort })}
        group={search.columnGroup}
        onGroup={(columnGroup) => narrow({ columnGroup })}
        kind="status"
        kinds={statuses}
        only={search.status}
        onOnly={(status) => narrow({ status: status as MatrixSearch['status'] })}
      />
      <HideEmpty
        checked={search.hide === 'empty'}
        onChange={(hidden) => narrow({ hide: hidden ? 'empty' : undefined })}
      />
    </Group>
  )
}
