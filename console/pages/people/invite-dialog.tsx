import { Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { InvitationLink } from '../../ui/invitation-link.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'
import { customerRoles, nameOf, providerRoles, roleNames } from '../../words.ts'
import type { Role } from '../../words.ts'

interface InviteDialogProps {
  organization: { id: string; name: string; type: Schemas['Organization']['type'] }
  close: () => void
}

export function InviteDialog({ organization, close }: InviteDialogProps) {
  const renew = useRenew()
  const [link, setLink] = useState<string | null>(null)
  const roles = Object.entries(organization.type === 'customer' ? customerRoles : providerRoles) as [Role, string][]
  const form = useForm({
    initial: { firstName: '', lastName: '', email: '', role: roles[0]?.[0] ?? 'basic_user' },
    send: async (given) => {
      const invited = await ask(api.POST('/api/users', { body: { ...given, organizationId: organization.id } }))
      await renew()
      if (invited.invitationUrl) return setLink(invited.invitationUrl)
      notice(`An invitation is on its way to ${nameOf(invited)}.`)
      close()
    },
  })
  if (link) {
    return (
      <Dialog title="Invited" close={close}>
        <InvitationLink url={link} done={close} />
      </Dialog>
    )
  }
  return (
    <Dialog title={`Invite a person to ${organization.name}`} close={close}>
      <FormView form={form} submit="Invite" cancel={close}>
        <div className="side-by-side">
          <TextInput label="First name" autoComplete="off" data-autofocus {...form.text('firstName')} />
          <TextInput label="Last name" autoComplete="off" {...form.text('lastName')} />
        </div>
        <TextInput label="E-mail" type="email" autoComplete="off" {...form.text('email')} />
        <Radio.Group label="Role" value={form.values.role} onChange={(role) => form.set('role', role)}>
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
