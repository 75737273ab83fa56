import { Button, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { addPasskey, knowsPasskeys } from '../../api/passkeys.ts'
import { passkeysQuery } from '../../api/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice, tellFault } from '../../ui/notice.ts'
import { Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'

export function PasskeySection() {
  const queries = useQueryClient()
  const passkeys = useQuery(passkeysQuery)
  const [adding, { open, close }] = useDisclosure(false)
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['passkeys'] })
  const remove = useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/auth/passkeys/{id}', { params: { path: { id } } })),
    onSuccess: renew,
    onError: tellFault,
  })
  return (
    <Section
      title="Passkeys"
      hint="Sign in with this device or a security key, without a password"
      actions={
        knowsPasskeys() && (
          <Button size="xs" variant="default" onClick={open}>
            Add a passkey
          </Button>
        )
      }
    >
      <Awaited of={passkeys} rows={2}>
        {(items) => {
          return items.length === 0 ? (
            <p className="dim">You have none.</p>
          ) : (
            <ul className="sessions" aria-label="Passkeys">
              {items.map(({ id, name, backedUp, createdAt, lastUsedAt }) => (
                <li key={id}>
                  <div>
                    <strong>{name}</strong>
                    <p className="dim">
                      {backedUp ? 'On more than one device' : 'On this device only'} · added <When at={createdAt} /> ·
                      used <When at={lastUsedAt} relative />
                    </p>
                  </div>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    className="danger"
                    aria-label={`Remove the passkey ${name}`}
                    onClick={() => remove.mutate(id)}
                  >
                    Remove
                  </Button>
                </li>
              ))}
            </ul>
          )
        }}
      </Awaited>
      {adding && <AddPasskeyDialog close={close} added={renew} />}
    </Section>
  )
}

function AddPasskeyDialog({ close, added }: { close: () => void; added: () => Promise<void> }) {
  const form = useForm({
    initial: { name: '' },
    send: async ({ name }) => {
      await addPasskey(name.trim())
      await added()
      notice('The passkey is added.')
      close()
    },
  })
  return (
    <Dialog title="Add a passkey" close={close} size="md">
      <FormView form={form} submit="Continue" cancel={close}>
        <TextInput label="Name – optional" placeholder="Work laptop" data-autofocus {...form.text('name')} />
      </FormView>
    </Dialog>
  )
}
