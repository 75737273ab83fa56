import { Group, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { grantsOnCustomerQuery } from '../../api/queries.ts'
import { Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Awaited } from '../../ui/states.tsx'
import { statusNames } from '../../words.ts'
import type { GrantStatus } from '../../words.ts'
import { GrantTable } from '../grants/grant-table.tsx'

interface GrantsOnCustomerProps {
  customer: { id: string; name: string }
  title?: string
  empty?: string
  uses?: ReadonlyMap<string, string> | undefined
}

const states: GrantStatus[] = ['active', 'scheduled', 'expired', 'revoked']

/** Who can reach a customer, could, or will. */
export function GrantsOnCustomer({
  customer,
  title = 'Who can reach this customer',
  empty = 'Nobody of the provider can reach it.',
  uses,
}: GrantsOnCustomerProps) {
  const [status, setStatus] = useState<GrantStatus>('active')
  const [search, setSearch] = useState('')
  const [sort, setSort] = useState('-grantedAt')
  const [page, setPage] = useState(1)
  const list = useQuery(
    grantsOnCustomerQuery(customer.id, { status, search, sort: sort as 'grantedAt', page: String(page) }),
  )
  return (
    <Section title={title}>
      <Group mb="md" gap="sm" className="filters">
        <SearchField
          label="Search who"
          value={search}
          onSearch={(words) => {
            setSearch(words)
            setPage(1)
          }}
        />
        <Select
          aria-label="Show"
          data={states.map((value) => ({ value, label: statusNames[value] ?? value }))}
          value={status}
          onChange={(chosen) => {
            setStatus(chosen ?? 'active')
            setPage(1)
          }}
          allowDeselect={false}
        />
      </Group>
      <Awaited of={list}>
        {(found) => (
          <GrantTable
            label={title}
            without="customer"
            uses={uses}
            page={found as typeof found & { items: Schemas['Grant'][] }}
            sort={sort}
            onSort={setSort}
            onPage={setPage}
            empty={search ? `Nothing matches “${search}”.` : status === 'active' ? empty : 'None.'}
            busy={list.isPlaceholderData}
          />
        )}
      </Awaited>
    </Section>
  )
}
