import { Button, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask } from '../api/client.ts'
import type { Schemas } from '../api/client.ts'
import { customersQuery } from '../api/queries.ts'
import { useRenew } from '../api/renew.ts'
import { useMay } from '../profile.ts'
import { StatusBadge } from '../ui/badges.tsx'
import type { Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FilterSelect } from '../ui/filter-select.tsx'
import { FormView } from '../ui/form.tsx'
import { Icon } from '../ui/icons.tsx'
import { InvitationLink } from '../ui/invitation-link.tsx'
import { Page, Section } from '../ui/page.tsx'
import { SearchedList } from '../ui/searched-list.tsx'
import { useForm } from '../ui/use-form.ts'
import { When } from '../ui/when.tsx'
import { ViewsMenu } from './views/views-menu.tsx'

const route = getRouteApi('/customers')

const states = { active: 'Active', suspended: 'Suspended', deleted: 'Deleted' } as const

const columns: Column<Schemas['Organization']>[] = [
  {
    id: 'name',
    header: 'Name',
    sort: 'name',
    cell: ({ id, name }) => (
      <Link to="/customers/$customerId" params={{ customerId: id }} className="strong-link">
        {name}
      </Link>
    ),
  },
  { id: 'domain', header: 'Domain', cell: ({ domain }) => domain ?? <span className="dim">none</span> },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'since', header: 'Customer since', sort: 'createdAt', cell: ({ createdAt }) => <When at={createdAt} /> },
]

export function CustomersPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayCreate = useMay('organizations.create')
  const [creating, { open, close }] = useDisclosure(false)
  const list = useQuery(
    customersQuery({
      search: search.search,
      status: search.status as Schemas['Organization']['status'] | undefined,
      sort: (search.sort ?? 'name') as 'name',
      page: String(search.page ?? 1),
    }),
  )
  return (
    <Page
      title="Customers"
      actions={
        <>
          <ViewsMenu page="customers" />
          {mayCreate && (
            <Button leftSection={<Icon name="plus" size={16} />} onClick={open}>
              New customer
            </Button>
          )}
        </>
      }
    >
      <Section>
        <SearchedList
          label="Customers"
          searchLabel="Search customers"
          columns={columns}
          list={list}
          search={search}
          onSearch={(next) => void navigate({ search: next, replace: true })}
          filters={(narrow) => (
            <FilterSelect
              label="Status"
              any="Any status"
              choices={states}
              value={search.status as keyof typeof states | undefined}
              onChoose={(status) => narrow({ status })}
            />
          )}
          empty="There are no customers yet."
        />
      </Section>
      {creating && <NewCustomerDialog close={close} />}
    </Page>
  )
}

function NewCustomerDialog({ close }: { close: () => void }) {
  const navigate = route.useNavigate()
  const renew = useRenew()
  const [made, setMade] = useState<Schemas['CreatedOrganization'] | null>(null)
  const show = (id: string): void => void navigate({ to: '/customers/$customerId', params: { customerId: id } })
  const form = useForm({
    initial: { name: '', domain: '', adminEmail: '' },
    send: async ({ name, domain, adminEmail }) => {
      const body = {
        name,
        ...(domain.trim() && { domain: domain.trim() }),
        ...(adminEmail.trim() && { adminEmail: adminEmail.trim() }),
      }
      const created = await ask(api.POST('/api/organizations', { body }))
      await renew()
      if (created.invitationUrl) setMade(created)
      else show(created.id)
    },
  })
  if (made?.invitationUrl) {
    return (
      <Dialog title={`${made.name} is a customer now`} close={() => show(made.id)}>
        <InvitationLink url={made.invitationUrl} done={() => show(made.id)} />
      </Dialog>
    )
  }
  return (
    <Dialog title="New customer" close={close}>
      <FormView form={form} submit="Create customer" cancel={close}>
        <TextInput label="Name" autoComplete="off" data-autofocus {...form.text('name')} />
        <TextInput
          label="Domain – optional"
          placeholder="customer.example"
          autoComplete="off"
          {...form.text('domain')}
        />
        <TextInput
          label="E-mail of its first administrator – optional"
          description="Is invited at once."
          type="email"
          autoComplete="off"
          {...form.text('adminEmail')}
        />
      </FormView>
    </Dialog>
  )
}
