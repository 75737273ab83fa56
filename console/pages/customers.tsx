import { Button, Group, Select, TextInput } from '@mantine/core'
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
import { DataTable } from '../ui/data-table.tsx'
import type { Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FormView } from '../ui/form.tsx'
import { Icon } from '../ui/icons.tsx'
import { InvitationLink } from '../ui/invitation-link.tsx'
import { Page, Section } from '../ui/page.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { Awaited } from '../ui/states.tsx'
import { useForm } from '../ui/use-form.ts'
import { When } from '../ui/when.tsx'

const route = getRouteApi('/customers')

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
  const change = (next: Partial<typeof search>): void =>
    void navigate({ search: { ...search, page: undefined, ...next }, replace: true })
  return (
    <Page
      title="Customers"
      actions={
        mayCreate && (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={open}>
            New customer
          </Button>
        )
      }
    >
      <Section>
        <Group mb="md" gap="sm" className="filters">
          <SearchField
            label="Search customers"
            value={search.search ?? ''}
            onSearch={(words) => change({ search: words || undefined })}
          />
          <Select
            aria-label="Status"
            placeholder="Any status"
            clearable
            data={[
              { value: 'active', label: 'Active' },
              { value: 'suspended', label: 'Suspended' },
              { value: 'deleted', label: 'Deleted' },
            ]}
            value={search.status ?? null}
            onChange={(status) => change({ status: status ?? undefined })}
            clearButtonProps={{ 'aria-label': 'Clear status' }}
          />
        </Group>
        <Awaited of={list}>
          {(page) => (
            <DataTable
              label="Customers"
              columns={columns}
              page={page}
              sort={search.sort ?? 'name'}
              onSort={(sort) => change({ sort })}
              onPage={(at) => change({ page: at })}
              empty={search.search ? `Nothing matches “${search.search}”.` : 'There are no customers yet.'}
              busy={list.isPlaceholderData}
            />
          )}
        </Awaited>
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
