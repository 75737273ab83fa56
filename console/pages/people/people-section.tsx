import { Button, Group, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { membersQuery } from '../../api/queries.ts'
import { isProvider, useMay, useProfile } from '../../profile.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Section } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Awaited } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { customerRoles, nameOf, providerRoles, roleNames } from '../../words.ts'
import type { Role } from '../../words.ts'
import { InviteDialog } from './invite-dialog.tsx'

type Person = Schemas['User'] | Schemas['ShortUser']
interface Search {
  search?: string | undefined
  role?: string | undefined
  status?: string | undefined
  sort?: string | undefined
  page?: number | undefined
}

const columns: Column<Person>[] = [
  {
    id: 'name',
    header: 'Name',
    sort: 'name',
    cell: (person) =>
      'email' in person ? (
        <Link to="/people/$userId" params={{ userId: person.id }} className="strong-link">
          {nameOf(person)}
        </Link>
      ) : (
        nameOf(person)
      ),
  },
  {
    id: 'email',
    header: 'E-mail',
    sort: 'email',
    cell: (person) =>
      'email' in person ? <span className="break">{person.email}</span> : <span className="dim">not shown</span>,
  },
  { id: 'role', header: 'Role', cell: ({ role }) => roleNames[role] },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: 'factor',
    header: 'Second factor',
    cell: (person) =>
      'mfaEnabled' in person ? (
        person.mfaEnabled ? (
          'On'
        ) : (
          <span className="dim">Off</span>
        )
      ) : (
        <span className="dim">not shown</span>
      ),
  },
  {
    id: 'last',
    header: 'Last sign-in',
    sort: 'lastLoginAt',
    cell: (person) => ('lastLoginAt' in person ? <When at={person.lastLoginAt} relative /> : null),
  },
]

interface PeopleSectionProps {
  organization: { id: string; name: string; type: Schemas['Organization']['type'] }
  title?: string
  /** Where the address keeps the filters; without it they live here. */
  search?: Search
  onSearch?: (search: Search) => void
}

export function PeopleSection({ organization, title = 'People', search: given, onSearch }: PeopleSectionProps) {
  const [own, setOwn] = useState<Search>({})
  const [inviting, { open, close }] = useDisclosure(false)
  const profile = useProfile()
  const search = given ?? own
  const change = (next: Search): void => (onSearch ?? setOwn)({ ...search, page: undefined, ...next })
  const isCustomer = organization.type === 'customer'
  const mayInvite =
    useMay('users.invite') &&
    (isCustomer || profile.role === 'super_admin') &&
    !(isCustomer && isProvider(profile) && profile.role === 'security_analyst')
  const roles = Object.keys(isCustomer ? customerRoles : providerRoles) as Role[]
  const list = useQuery(
    membersQuery(organization.id, {
      search: search.search,
      role: search.role as Role | undefined,
      status: search.status as Person['status'] | undefined,
      sort: (search.sort ?? 'name') as 'name',
      page: String(search.page ?? 1),
    }),
  )
  return (
    <Section
      title={title}
      actions={
        mayInvite && (
          <Button size="sm" leftSection={<Icon name="plus" size={16} />} onClick={open}>
            Invite a person
          </Button>
        )
      }
    >
      <Group mb="md" gap="sm" className="filters">
        <SearchField
          label="Search people"
          value={search.search ?? ''}
          onSearch={(words) => change({ search: words || undefined })}
        />
        <Select
          aria-label="Role"
          placeholder="Any role"
          clearable
          data={roles.map((value) => ({ value, label: roleNames[value] }))}
          value={search.role ?? null}
          onChange={(role) => change({ role: role ?? undefined })}
          clearButtonProps={{ 'aria-label': 'Clear role' }}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          data={[
            { value: 'active', label: 'Active' },
            { value: 'invited', label: 'Invited' },
            { value: 'suspended', label: 'Suspended' },
          ]}
          value={search.status ?? null}
          onChange={(status) => change({ status: status ?? undefined })}
          clearButtonProps={{ 'aria-label': 'Clear status' }}
        />
      </Group>
      <Awaited of={list}>
        {(page) => (
          <DataTable
            label={title}
            columns={columns}
            page={page}
            sort={search.sort ?? 'name'}
            onSort={(sort) => change({ sort })}
            onPage={(at) => change({ page: at })}
            empty={search.search ? `Nothing matches “${search.search}”.` : 'Nobody is here yet.'}
            busy={list.isPlaceholderData}
          />
        )}
      </Awaited>
      {inviting && <InviteDialog organization={organization} close={close} />}
    </Section>
  )
}
