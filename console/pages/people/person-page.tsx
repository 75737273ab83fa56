import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { grantsOfTechnicianQuery, organizationQuery, personQuery } from '../../api/queries.ts'
import { useMay, useProfile } from '../../profile.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { granteeRoles, nameOf, roleNames } from '../../words.ts'
import { GrantDialog } from '../grants/grant-dialog.tsx'
import { GrantTable } from '../grants/grant-table.tsx'
import { EditPersonDialog, PersonActDialog } from './person-dialogs.tsx'
import type { Act } from './person-dialogs.tsx'

const route = getRouteApi('/people/$userId')

export function PersonPage() {
  const { userId } = route.useParams()
  const person = useQuery(personQuery(userId))
  if (person.error instanceof ApiError && person.error.status === 404) {
    return (
      <Page title="No such person">
        <Nothing title="There is no such person, or none that you may see." />
      </Page>
    )
  }
  if (!person.data) {
    return (
      <Page title="Person">
        <Awaited of={person}>{() => null}</Awaited>
      </Page>
    )
  }
  return <Shown key={userId} person={person.data.data} />
}

function Shown({ person }: { person: Schemas['User'] }) {
  const profile = useProfile()
  const [open, setOpen] = useState<Act | 'edit' | 'grant' | null>(null)
  const isMe = person.id === profile.id
  const isColleague = person.organizationId === profile.organization.id
  const manages = useMay('users.manage') && !isMe && (profile.role !== 'account_manager' || !isColleague)
  const [mayDelete, mayGrant] = [useMay('users.delete') && !isMe, useMay('access.grant') && !isMe]
  const isGrantee = granteeRoles.has(person.role)
  const close = (): void => setOpen(null)
  return (
    <Page
      title={nameOf(person)}
      lead={
        <span className="lead-line">
          <StatusBadge status={person.status} />
          <span>{roleNames[person.role]}</span>
          <span className="break">{person.email}</span>
        </span>
      }
      actions={
        <>
          {manages && person.status !== 'deleted' && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" rightSection={<Icon name="down" size={14} />}>
                  Manage
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setOpen('edit')}>Edit</Menu.Item>
                {person.status === 'invited' && (
                  <Menu.Item onClick={() => setOpen('resend')}>Send the invitation again</Menu.Item>
                )}
                {person.mfaEnabled && (
                  <Menu.Item onClick={() => setOpen('reset-mfa')}>Reset the second factor</Menu.Item>
                )}
                {person.status === 'active' && (
                  <Menu.Item onClick={() => setOpen('sign-out')}>End all sessions</Menu.Item>
                )}
                {person.status === 'active' && <Menu.Item onClick={() => setOpen('suspend')}>Suspend</Menu.Item>}
                {person.status === 'suspended' && (
                  <Menu.Item onClick={() => setOpen('reactivate')}>Reactivate</Menu.Item>
                )}
                {mayDelete && (
                  <Menu.Item className="danger" onClick={() => setOpen('delete')}>
                    Delete
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
          {mayGrant && isGrantee && person.status === 'active' && (
            <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setOpen('grant')}>
              Grant access
            </Button>
          )}
        </>
      }
    >
      <Section>
        <Facts
          of={{
            Organization: <OrganizationLink id={person.organizationId} />,
            'Second factor': person.mfaEnabled ? 'On' : 'Off',
            'Last sign-in': <When at={person.lastLoginAt} />,
            'Time zone': person.timezone,
            'Here since': <When at={person.createdAt} />,
          }}
        />
      </Section>
      {isGrantee && <GrantsOf person={person} />}
      {open === 'grant' && <GrantDialog technician={{ value: person.id, label: nameOf(person) }} close={close} />}
      {open === 'edit' && <EditPersonDialog person={person} close={close} />}
      {open && open !== 'edit' && open !== 'grant' && <PersonActDialog act={open} person={person} close={close} />}
    </Page>
  )
}

function OrganizationLink({ id }: { id: string }) {
  const { organization } = useProfile()
  const other = useQuery({ ...organizationQuery(id), enabled: id !== organization.id })
  if (id === organization.id) return organization.name
  return (
    <Link to="/customers/$customerId" params={{ customerId: id }}>
      {other.data?.data.name ?? 'its customer'}
    </Link>
  )
}

function GrantsOf({ person }: { person: Schemas['User'] }) {
  const [page, setPage] = useState(1)
  const [sort, setSort] = useState('-grantedAt')
  const may = useMay('access.of-technician')
  const list = useQuery({
    ...grantsOfTechnicianQuery(person.id, { page: String(page), sort: sort as 'grantedAt' }),
    enabled: may,
  })
  if (!may) return null
  return (
    <Section title="Whom they can reach">
      <Awaited of={list}>
        {(found) => (
          <GrantTable
            label={`Grants of ${nameOf(person)}`}
            without="technician"
            page={found}
            sort={sort}
            onSort={setSort}
            onPage={setPage}
            empty="No grants."
            busy={list.isPlaceholderData}
          />
        )}
      </Awaited>
    </Section>
  )
}
