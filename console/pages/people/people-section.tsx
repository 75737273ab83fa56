import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { membersQuery } from '../../api/queries.ts'
import { isProvider, useMay, useProfile } from '../../profile.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { FilterSelect } from '../../ui/filter-select.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Section } from '../../ui/page.tsx'
import { SearchedList } from '../../ui/searched-list.tsx'
import type { ListSearch } from '../../ui/searched-list.tsx'
import { When } from '../../ui/when.tsx'
import { customerRoles, nameOf, providerRoles, roleNames } from '../../words.ts'
import type { Role } from '../../words.ts'
import { InviteDialog } from './invite-dialog.tsx'

type Person = Schemas['User'] | Schemas['ShortUser']
interface Search extends ListSearch {
  role?: string | undefined
  status?: string | undefined
}
const states = { active: 'Active', invited: 'Invited', suspended: 'Suspended' } as const

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
      <SearchedList
        label={title}
        searchLabel="Search people"
        columns={columns}
        list={list}
        search={search}
        onSearch={onSearch ?? setOwn}
        filters={(narrow) => (
          <>
            <FilterSelect
              label="Role"
              any="Any role"
              choices={Object.fromEntries(roles.map((role) => [role, roleNames[role]]))}
              value={search.role}
              onChoose={(role) => narrow({ role })}
            />
            <FilterSelect
              label="Status"
              any="Any status"
              choices={states}
              value={search.status as keyof typeof states | undefined}
              onChoose={(status) => narrow({ status })}
            />
          </>
        )}
        empty="Nobody is here yet."
      />
      {inviting && <InviteDialog organization={organization} close={close} />}
    </Section>
  )
}
