import { Alert, Button, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask, ApiError, askTagged } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'

type Customer = Schemas['Organization']

interface EditProps {
  customer: Customer
  tag: string | null
  close: () => void
}

/** Edits against the version that was read: who changed it meanwhile is not overwritten, but shown. */
export function EditCustomerDialog({ customer, tag, close }: EditProps) {
  const renew = useRenew()
  const [version, setVersion] = useState(tag)
  const [theirs, setTheirs] = useState<Customer | null>(null)
  const form = useForm({
    initial: { name: customer.name, domain: customer.domain ?? '' },
    send: async ({ name, domain }) => {
      const path = { id: customer.id }
      try {
        await ask(
          api.PUT('/api/organizations/{id}', {
            params: { path },
            headers: version ? { 'if-match': version } : {},
            body: { name, domain: domain.trim() || null },
          }),
        )
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error
        const now = await askTagged(api.GET('/api/organizations/{id}', { params: { path } }))
        setVersion(now.tag)
        setTheirs(now.data)
        return
      }
      await renew()
      notice(`${name} is changed.`)
      close()
    },
  })
  return (
    <Dialog title={`Edit ${customer.name}`} close={close}>
      <FormView form={form} submit={theirs ? 'Save mine over it' : 'Save'} cancel={close}>
        <TextInput label="Name" autoComplete="off" {...form.text('name')} />
        <TextInput label="Domain" autoComplete="off" {...form.text('domain')} />
        {theirs && (
          <Alert color="yellow" variant="light" role="alert" title="Somebody changed it meanwhile">
            <Text size="sm">
              It is now called <strong>{theirs.name}</strong>, its domain is <strong>{theirs.domain ?? 'none'}</strong>.
              What you typed is still here.
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              mt="xs"
              onClick={() => {
                form.set('name', theirs.name)
                form.set('domain', theirs.domain ?? '')
                setTheirs(null)
              }}
            >
              Take theirs
            </Button>
          </Alert>
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
