import { Radio, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { isProvider, useProfile } from '../../profile.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { InvitationLink } from '../../ui/invitation-link.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'
import { customerRoles, nameOf, providerRoles, roleNames } from '../../words.ts'
import type { Role } from '../../words.ts'

type Person = Schemas['User']

export function EditPersonDialog({ person, close }: { person: Person; close: () => void }) {
  const renew = useRenew()
  const profile = useProfile()
  const isStaff = isProvider(profile) && person.organizationId === profile.organization.id
  const roles = Object.entries(isStaff ? providerRoles : customerRoles) as [Role, string][]
  const initial = { firstName: person.firstName, lastName: person.lastName, email: person.email, role: person.role }
  const form = useForm({
    initial,
    send: async (values) => {
      const keys = Object.keys(values) as (keyof typeof values)[]
      const body = Object.fromEntries(
        keys.filter((key) => values[key] !== initial[key]).map((key) => [key, values[key]]),
      )
      if (Object.keys(body).length > 0) {
        await ask(api.PUT('/api/users/{userId}', { params: { path: { userId: person.id } }, body }))
        await renew()
      }
      close()
    },
  })
  return (
    <Dialog title={`Edit ${nameOf(person)}`} close={close}>
      <FormView form={form} submit="Save" cancel={close}>
        <div className="side-by-side">
          <TextInput label="First name" autoComplete="off" {...form.text('firstName')} />
          <TextInput label="Last name" autoComplete="off" {...form.text('lastName')} />
        </div>
        <TextInput label="E-mail" type="email" autoComplete="off" {...form.text('email')} />
        <Radio.Group
          label="Role"
          description="A change ends all their sessions."
          value={form.values.role}
          onChange={(role) => form.set('role', role)}
        >
          <div className="choices">
            {roles.map(([role, words]) => (
              <Radio key={role} value={role} label={roleNames[role]} description={words} className="choice" />
            ))}
          </div>
        </Radio.Group>
      </FormView>
    </Dialog>
  )
}

const acts = {
  resend: { title: 'Send the invitation again', consequence: 'The link that was sent before stops working.' },
  'reset-mfa': {
    title: 'Reset the second factor',
    consequence:
      'Authenticator, passkeys and recovery codes are removed, and all sessions end. At the next sign-in they set it up anew.',
  },
  'sign-out': { title: 'End all sessions', consequence: 'They are signed out everywhere, at once.' },
  suspend: {
    title: 'Suspend',
    consequence: 'They are signed out everywhere and cannot sign in. Their grants do not hold while it lasts.',
  },
  reactivate: {
    title: 'Reactivate',
    consequence: 'They can sign in again, and grants that did not end meanwhile hold again.',
  },
  delete: {
    title: 'Delete',
    consequence: 'Their sessions and grants end, and it cannot be taken back. The trail keeps their name.',
  },
} as const

export type Act = keyof typeof acts

export function PersonActDialog({ act, person, close }: { act: Act; person: Person; close: () => void }) {
  const renew = useRenew()
  const [link, setLink] = useState<string | null>(null)
  const { title, consequence } = acts[act]
  const form = useForm({
    initial: {},
    send: async () => {
      const url = await perform(act, person.id)
      await renew()
      if (url) return setLink(url)
      notice(`${title}: done for ${nameOf(person)}.`)
      close()
    },
  })
  if (link) {
    return (
      <Dialog title="Invited again" close={close}>
        <InvitationLink url={link} done={close} />
      </Dialog>
    )
  }
  return (
    <Dialog title={`${title}: ${nameOf(person)}`} close={close} size="md">
      <FormView form={form} submit={title} cancel={close} danger={act === 'delete' || act === 'suspend'}>
        <Text size="sm">{consequence}</Text>
      </FormView>
    </Dialog>
  )
}

/** @returns the link to pass on, where there is one */
async function perform(act: Act, userId: string): Promise<string | undefined> {
  const params = { path: { userId } }
  switch (act) {
    case 'resend':
      return (await ask(api.POST('/api/users/{userId}/resend-invitation', { params }))).invitationUrl
    case 'reset-mfa':
      return void (await ask(api.POST('/api/users/{userId}/reset-mfa', { params })))
    case 'sign-out':
      return void (await ask(api.POST('/api/users/{userId}/revoke-sessions', { params })))
    case 'suspend':
      return void (await ask(api.PUT('/api/users/{userId}', { params, body: { status: 'suspended' } })))
    case 'reactivate':
      return void (await ask(api.PUT('/api/users/{userId}', { params, body: { status: 'active' } })))
    case 'delete':
      return void (await ask(api.DELETE('/api/users/{userId}', { params })))
  }
}
