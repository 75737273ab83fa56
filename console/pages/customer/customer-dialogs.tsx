import { Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { api, ask, askTagged } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { Conflict } from '../../ui/conflict.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'
import { useVersionedForm } from '../../ui/use-versioned-form.ts'

type Customer = Schemas['Organization']

interface EditProps {
  customer: Customer
  tag: string | null
  close: () => void
}

const labels = { name: 'Name', domain: 'Domain' }
const editedOf = ({ name, domain }: Customer) => ({ name, domain: domain ?? '' })

/** Edits against the version that was read: who changed it meanwhile is not overwritten, but shown. */
export function EditCustomerDialog({ customer, tag, close }: EditProps) {
  const renew = useRenew()
  const path = { id: customer.id }
  const form = useVersionedForm({
    read: { values: editedOf(customer), tag },
    reread: async () => {
      const now = await askTagged(api.GET('/api/organizations/{id}', { params: { path } }))
      return { values: editedOf(now.data), tag: now.tag }
    },
    send: async ({ name, domain }, read) => {
      const headers = read.tag ? { 'if-match': read.tag } : {}
      const body = { name, domain: domain.trim() || null }
      await ask(api.PUT('/api/organizations/{id}', { params: { path }, headers, body }))
      await renew()
      notice(`${name} is changed.`)
      close()
    },
  })
  return (
    <Dialog title={`Edit ${customer.name}`} close={close}>
      <FormView form={form} submit={form.conflict ? 'Save mine over it' : 'Save'} cancel={close}>
        <TextInput label="Name" autoComplete="off" {...form.text('name')} />
        <TextInput label="Domain" autoComplete="off" {...form.text('domain')} />
        {form.conflict && (
          <Conflict
            conflict={form.conflict}
            mine={form.values}
            labels={labels}
            words={(field, values) => values[field]}
            takeTheirs={form.takeTheirs}
          />
        )}
      </FormView>
    </Dialog>
  )
}

const ways = {
  suspend: {
    title: 'Suspend',
    consequence:
      'Its people are signed out and cannot sign in, and nobody of the provider reaches it, from this moment on. Reactivating restores what did not end meanwhile.',
  },
  reactivate: {
    title: 'Reactivate',
    consequence: 'Its people can sign in again, and grants that did not end meanwhile hold again.',
  },
  delete: {
    title: 'Delete',
    consequence:
      'Its people, their sessions and all grants on it end, and it cannot be taken back. Nothing of its trail is removed.',
  },
} as const

export function EndDialog({
  what,
  customer,
  close,
}: {
  what: keyof typeof ways
  customer: Customer
  close: () => void
}) {
  const renew = useRenew()
  const navigate = useNavigate()
  const { title, consequence } = ways[what]
  const form = useForm({
    initial: { typed: '' },
    check: ({ typed }) => (what === 'delete' && typed !== customer.name ? { typed: 'Type its name exactly.' } : {}),
    send: async () => {
      const params = { path: { id: customer.id } }
      if (what === 'delete') {
        await ask(api.DELETE('/api/organizations/{id}', { params }))
        await navigate({ to: '/customers' })
      } else {
        const status = what === 'suspend' ? 'suspended' : 'active'
        await ask(api.PUT('/api/organizations/{id}', { params, body: { status } }))
      }
      await renew()
      close()
    },
  })
  return (
    <Dialog title={`${title} ${customer.name}`} close={close} size="md">
      <FormView form={form} submit={title} cancel={close} danger={what !== 'reactivate'}>
        <Text size="sm">{consequence}</Text>
        {what === 'delete' && (
          <TextInput label={`Type “${customer.name}” to delete it`} autoComplete="off" {...form.text('typed')} />
        )}
      </FormView>
    </Dialog>
  )
}
