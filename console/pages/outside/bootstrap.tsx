import { TextInput } from '@mantine/core'
import { bootstrap } from '../../api/session.ts'
import { FormView } from '../../ui/form.tsx'
import { NewPasswordInput } from '../../ui/new-password.tsx'
import { useForm } from '../../ui/use-form.ts'
import { Outside } from './outside.tsx'

const WRONG_TOKEN = 'The one-time token is not right. Castellan prints a new one each time that it starts.'

/** First start: makes the provider and its first super admin. */
export function BootstrapPage({
  arrive,
}: {
  arrive: (credentials: { email: string; password: string }) => Promise<void>
}) {
  const form = useForm({
    initial: { token: '', providerName: '', firstName: '', lastName: '', email: '', password: '' },
    send: async (given) => {
      await bootstrap(given)
      await arrive(given)
    },
    explain: ({ code }) => code === 'invalid_credentials' && WRONG_TOKEN,
  })
  return (
    <Outside
      title="Set up Castellan"
      lead="Nobody can sign in yet. This makes your company the provider, and you its first super admin."
    >
      <FormView form={form} submit="Set up">
        <TextInput
          label="One-time token"
          description="Castellan printed it where it was started. It proves that this machine is yours."
          autoComplete="off"
          spellCheck={false}
          {...form.text('token')}
        />
        <TextInput label="Name of your company" autoComplete="organization" {...form.text('providerName')} />
        <div className="side-by-side">
          <TextInput label="First name" autoComplete="given-name" {...form.text('firstName')} />
          <TextInput label="Last name" autoComplete="family-name" {...form.text('lastName')} />
        </div>
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.text('email')} />
        <NewPasswordInput {...form.text('password')} />
      </FormView>
    </Outside>
  )
}
