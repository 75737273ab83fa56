import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { acceptInvitation, readInvitation } from '../../api/session.ts'
import { FormView } from '../../ui/form.tsx'
import { NewPasswordInput } from '../../ui/new-password.tsx'
import { Facts } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'
import { nameOf, roleNames } from '../../words.ts'
import { Outside } from './outside.tsx'

const NO_LONGER = 'It was used already, has run out or was replaced. Ask whoever invited you for a new one.'

interface InvitationProps {
  token: string
  arrive: (credentials: { email: string; password: string }) => Promise<void>
}

/** What an invitation is for, and its acceptance with a password. */
export function InvitationPage({ token, arrive }: InvitationProps) {
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => readInvitation(token),
    retry: false,
    staleTime: Infinity,
  })
  if (invitation.error instanceof ApiError && invitation.error.code === 'not_found') {
    return (
      <Outside title="This invitation does not work" lead={NO_LONGER}>
        <Button component="a" href="/" variant="default">
          Go to sign-in
        </Button>
      </Outside>
    )
  }
  if (!invitation.data) {
    return (
      <Outside title="Invitation">
        <Awaited of={invitation}>{() => null}</Awaited>
      </Outside>
    )
  }
  return <Accepting token={token} invitation={invitation.data} arrive={arrive} />
}

function Accepting({ token, invitation, arrive }: InvitationProps & { invitation: Schemas['Invitation'] }) {
  const { email, role, organization, invitedBy, expiresAt } = invitation
  const form = useForm({
    initial: { password: '' },
    send: async ({ password }) => {
      await acceptInvitation(token, { password })
      await arrive({ email, password })
    },
    explain: ({ code }) => code === 'not_found' && NO_LONGER,
  })
  return (
    <Outside
      title={`Join ${organization.name}`}
      lead={`${invitedBy ? `${nameOf(invitedBy)} invites you.` : 'You are invited.'} Choose a password to accept.`}
    >
      <Facts of={{ 'E-mail': email, Role: roleNames[role], 'Good until': <When at={expiresAt} /> }} />
      <FormView form={form} submit="Accept the invitation">
        {/* Tells a password manager whose password this is. */}
        <input type="email" value={email} autoComplete="username" readOnly hidden />
        <NewPasswordInput {...form.text('password')} />
      </FormView>
    </Outside>
  )
}
