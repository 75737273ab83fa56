import { TextInput } from '@mantine/core'
import { ApiError } from '../../api/client.ts'
import { FormView } from '../../ui/form.tsx'
import { useForm } from '../../ui/use-form.ts'

const TOO_LATE = 'That took too long, or too many tries. Sign in again.'

interface CodeFormProps {
  kind?: 'totp' | 'recovery_code'
  submit: string
  send: (code: string) => Promise<unknown>
  startOver?: ((lead?: string) => void) | undefined
  cancel?: (() => void) | undefined
}

/** Asks for one code. A wrong one may be tried again; when the try itself has ended, everything starts over. */
export function CodeForm({ kind = 'totp', submit, send, startOver, cancel }: CodeFormProps) {
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => (code.trim() === '' ? { code: 'Type the code.' } : {}),
    send: async ({ code }) => {
      try {
        await send(code.replaceAll(/\s/g, ''))
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'unauthenticated' || !startOver) throw error
        startOver(TOO_LATE)
      }
    },
    explain: ({ code }) =>
      code === 'invalid_credentials' && 'This code is not right, or it was used already. Try the next one.',
  })
  return (
    <FormView form={form} submit={submit} cancel={cancel}>
      {kind === 'totp' ? (
        <TextInput
          label="Six-digit code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          classNames={{ input: 'code-input' }}
          {...form.text('code')}
        />
      ) : (
        <TextInput label="Recovery code" autoComplete="off" spellCheck={false} {...form.text('code')} />
      )}
    </FormView>
  )
}
