import { Alert, Button, PasswordInput, Text } from '@mantine/core'
import { useState } from 'react'
import { knowsPasskeys, usePasskey as askPasskey } from '../api/passkeys.ts'
import { stepUp } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { FormView } from '../ui/form.tsx'
import { useForm } from '../ui/use-form.ts'
import { messageOf } from '../words.ts'
import { CodeForm } from './outside/code-form.tsx'

interface ProofDialogProps {
  mfaEnabled: boolean
  answer: (given: boolean) => void
}

/** Asks whoever is signed in to prove it again. */
export function ProofDialog({ mfaEnabled, answer }: ProofDialogProps) {
  const cancel = (): void => answer(false)
  const given = (): void => answer(true)
  return (
    <Dialog title="Is it still you?" close={cancel} size="md">
      <Text size="sm" mb="md">
        This needs a proof that is no older than five minutes.{' '}
        {mfaEnabled ? 'Type the code that your authenticator app shows now.' : 'Type your password.'}
      </Text>
      {mfaEnabled ? <ByFactor given={given} cancel={cancel} /> : <ByPassword given={given} cancel={cancel} />}
    </Dialog>
  )
}

interface Given {
  given: () => void
  cancel: () => void
}

function ByFactor({ given, cancel }: Given) {
  const [fault, setFault] = useState<string | null>(null)
  const byPasskey = (): void => {
    askPasskey()
      .then((credential) => stepUp({ credential }))
      .then(given, (error: unknown) => setFault(messageOf(error)))
  }
  return (
    <>
      <CodeForm submit="Continue" cancel={cancel} send={(code) => stepUp({ code }).then(given)} />
      {fault && (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {fault}
        </Alert>
      )}
      {knowsPasskeys() && (
        <Button variant="subtle" mt="xs" onClick={byPasskey}>
          Use a passkey instead
        </Button>
      )}
    </>
  )
}

function ByPassword({ given, cancel }: Given) {
  const form = useForm({
    initial: { password: '' },
    send: async (values) => {
      await stepUp(values)
      given()
    },
  })
  return (
    <FormView form={form} submit="Continue" cancel={cancel}>
      <PasswordInput label="Password" autoComplete="current-password" {...form.text('password')} />
    </FormView>
  )
}
