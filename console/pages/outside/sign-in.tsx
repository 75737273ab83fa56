import { Alert, Button, Divider, PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { knowsPasskeys, signInByPasskey } from '../../api/passkeys.ts'
import { signIn } from '../../api/session.ts'
import { FormView } from '../../ui/form.tsx'
import { useForm } from '../../ui/use-form.ts'
import { messageOf } from '../../words.ts'
import type { Proceed } from '../../way-in.ts'
import { Outside } from './outside.tsx'

interface SignInProps {
  proceed: Proceed
  lead?: string | undefined
  forgotten: () => void
}

export function SignInPage({ proceed, lead, forgotten }: SignInProps) {
  const [passkeyFault, setPasskeyFault] = useState<string | null>(null)
  const form = useForm({
    initial: { email: '', password: '' },
    check: ({ email, password }) => ({
      ...(email.trim() === '' && { email: 'Type your e-mail address.' }),
      ...(password === '' && { password: 'Type your password.' }),
    }),
    send: async ({ email, password }) => proceed(await signIn({ email: email.trim(), password })),
  })
  const byPasskey = (): void => {
    setPasskeyFault(null)
    signInByPasskey()
      .then(proceed)
      .catch((error: unknown) => setPasskeyFault(messageOf(error)))
  }
  return (
    <Outside title="Sign in" lead={lead}>
      <FormView form={form} submit="Sign in">
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          {...form.text('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          {...form.text('password')}
        />
      </FormView>
      <div className="other-ways">
        {knowsPasskeys() && (
          <>
            <Divider label="or" my="xs" />
            <Button variant="default" fullWidth onClick={byPasskey}>
              Use a passkey
            </Button>
          </>
        )}
        {passkeyFault && (
          <Alert color="red" variant="light" role="alert">
            {passkeyFault}
          </Alert>
        )}
        <Button variant="subtle" fullWidth onClick={forgotten}>
          Forgot your password?
        </Button>
      </div>
    </Outside>
  )
}
