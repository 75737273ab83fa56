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
        lead="If there is an account with this address, a link to choose a new password is on its way. It works once."
      >
        <Button variant="default" onClick={startOver}>
          Go to sign-in
        </Button>
      </Outside>
    )
  }
  return (
    <Outside title="Choose a new password" lead="Type your address: a link comes by mail.">
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
      leave('Your password is changed. Sign in with it.')
    },
    explain: ({ code }) =>
      (code === 'not_found' || code === 'invalid_credentials') &&
      'This link was used already, or has run out. Ask for a new one.',
  })
  return (
    <Outside title="Choose a new password" lead="All sessions that are open end with it.">
      <FormView form={form} submit="Change the password">
        <NewPasswordInput label="New password" {...form.text('newPassword')} />
      </FormView>
    </Outside>
  )
}
