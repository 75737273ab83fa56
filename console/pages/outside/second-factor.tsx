import { Alert, Button } from '@mantine/core'
import { useState } from 'react'
import { ApiError } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { knowsPasskeys, usePasskey as askPasskey } from '../../api/passkeys.ts'
import { giveSecondFactor } from '../../api/session.ts'
import { messageOf } from '../../words.ts'
import type { Proceed } from '../../way-in.ts'
import { CodeForm } from './code-form.tsx'
import { Outside } from './outside.tsx'

const kinds = {
  totp: { lead: 'Type the code that your authenticator app shows now.', other: 'Use a recovery code instead' },
  recovery_code: {
    lead: 'Type one of the recovery codes that you kept. Each works once.',
    other: 'Use the authenticator app instead',
  },
} as const

interface SecondFactorProps {
  challenge: Schemas['MfaRequired']
  proceed: Proceed
  startOver: (lead?: string) => void
}

/** The second proof, after the password. */
export function SecondFactorPage({ challenge, proceed, startOver }: SecondFactorProps) {
  const [method, setMethod] = useState<'totp' | 'recovery_code'>('totp')
  const [fault, setFault] = useState<string | null>(null)
  const { challengeToken, methods } = challenge
  const { lead, other } = kinds[method]

  async function byPasskey(): Promise<void> {
    setFault(null)
    try {
      proceed(await giveSecondFactor({ challengeToken, method: 'passkey', credential: await askPasskey() }))
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') startOver('That took too long. Sign in again.')
      else setFault(messageOf(error))
    }
  }

  return (
    <Outside title="Is it you?" lead={lead}>
      <CodeForm
        key={method}
        kind={method}
        submit="Continue"
        startOver={startOver}
        send={async (code) => proceed(await giveSecondFactor({ challengeToken, method, code }))}
      />
      {fault && (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {fault}
        </Alert>
      )}
      <div className="other-ways">
        <Button variant="subtle" onClick={() => setMethod(method === 'totp' ? 'recovery_code' : 'totp')}>
          {other}
        </Button>
        {methods.includes('passkey') && knowsPasskeys() && (
          <Button variant="subtle" onClick={() => void byPasskey()}>
            Use a passkey
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={() => startOver()}>
          Start over
        </Button>
      </div>
    </Outside>
  )
}
