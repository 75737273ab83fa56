import { Button, CopyButton, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { beginFactor, confirmFactor } from '../../api/session.ts'
import { Awaited } from '../../ui/states.tsx'
import { CodeForm } from './code-form.tsx'
import { Outside } from './outside.tsx'

interface EnrolmentProps {
  /** Of the enrolment; absent for somebody who is signed in. */
  token?: string | undefined
  done: () => void
  startOver?: ((lead?: string) => void) | undefined
  cancel?: (() => void) | undefined
}

/** Sets up the second factor, then shows the recovery codes once. */
export function EnrolmentPage({ token, done, startOver, cancel }: EnrolmentProps) {
  const [kept, setKept] = useState<string[] | null>(null)
  const setup = useQuery({
    queryKey: ['enrolment', token],
    queryFn: () => beginFactor(token),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnMount: false,
  })
  if (kept) return <RecoveryCodes codes={kept} done={done} />
  return (
    <Outside
      title="Set up your second factor"
      lead="Scan this with an authenticator app, then type the code that it shows."
    >
      <Awaited of={setup}>
        {(factor) => (
          <>
            <FactorSecret factor={factor} />
            <CodeForm
              submit="Confirm"
              startOver={startOver}
              cancel={cancel}
              send={async (code) => setKept((await confirmFactor(code, token)).recoveryCodes)}
            />
          </>
        )}
      </Awaited>
    </Outside>
  )
}

const FactorSecret = ({ factor: { secret, otpauthUrl, qrCode } }: { factor: Schemas['MfaSetup'] }) => (
  <div className="factor">
    <img src={qrCode} alt="QR code with the secret that is written beside it" width={168} height={168} />
    <div>
      <Text size="sm" c="dimmed">
        Or type the secret:
      </Text>
      <p className="secret">{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</p>
      <Group gap="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="default" component="a" href={otpauthUrl}>
          Open in app
        </Button>
      </Group>
    </div>
  </div>
)

export const RecoveryCodes = ({ codes, done }: { codes: readonly string[]; done: () => void }) => (
  <Outside
    title="Keep these recovery codes"
    lead="Each signs you in once when your authenticator is out of reach. They are shown only now."
  >
    <RecoveryCodeList codes={codes} done={done} />
  </Outside>
)

export const RecoveryCodeList = ({ codes, done }: { codes: readonly string[]; done: () => void }) => (
  <>
    <ol className="recovery-codes" aria-label="Recovery codes">
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ol>
    <Group justify="flex-end" mt="md">
      <CopyButton value={codes.join('\n')}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy all'}
          </Button>
        )}
      </CopyButton>
      <Button onClick={done}>I have kept them</Button>
    </Group>
  </>
)
