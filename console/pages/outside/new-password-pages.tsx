import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { forgetPassword, resetPassword } from '../../api/session.ts'
import { FormView } from '../../ui/form.tsx'
import { NewPasswordInput } from '../../ui/new-password.tsx'
import { useForm } from '../../ui/use-form.ts'
import { Outside } from './outside.tsx'

/** Says the same for every address: whether there is an account is nobody's business. */
export function ForgottenPage({ startOver }: { startOver: () => void }) {
  const [sent, setSent] = useState(false)
  const form = useForm({
    initial: { email: '' },
    send: async (given) => {
      await forgetPassword(given)
      setSent(true)
    },
  })
  if (sent) {
    return (
      <Outside
        title="Look into your mail"
        lead="If this address has an account, a link is on its way to it. It works once, for an hour."
      >
        <Button variant="default" onClick={startOver}>
          Go to sign-in
        </Button>
      </Outside>
    )
  }
  return (
    <Outside
      title="Forgot your password?"
      lead="Type the address of your account: a link to set a new password comes by mail."
    >
      <FormView form={form} submit="Send the link" cancel={startOver}>
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.text('email')} />
      </FormView>
    </Outside>
  )
}

export function NewPasswordPage({ token, leave }: { token: string; leave: (lead: string) => void }) {
  const form = useForm({
    initial: { newPassword: '' },
    send: async ({ newPassword }) => {
      await resetPassword({ token, newPassword })
      leave('Your password is set. Sign in with it.')
    },
    explain: ({ code }) =>
      (code === 'not_found' || code === 'invalid_credentials') &&
      'This link does not work: it was used already, has run out or was replaced by a newer one.',
  })
  return (
    <Outside title="Set a new password" lead="All your sessions end. You then sign in with it.">
      <FormView form={form} submit="Set the password">
        <NewPasswordInput label="New password" {...form.text('newPassword')} />
      </FormView>
    </Outside>
  )
}
