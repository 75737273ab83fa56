import { Text } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { CodeForm } from '../outside/code-form.tsx'
import { RecoveryCodeList } from '../outside/enrolment.tsx'

/** New codes make the old ones void. */
export function RecoveryCodesDialog({ close }: { close: () => void }) {
  const [codes, setCodes] = useState<string[] | null>(null)
  return (
    <Dialog title="New recovery codes" close={close} size="md">
      {codes ? (
        <>
          <Text size="sm" mb="sm">
            Keep them where your authenticator is not. They are shown only now.
          </Text>
          <RecoveryCodeList codes={codes} done={close} />
        </>
      ) : (
        <>
          <Text size="sm" mb="sm">
            The old ones stop working. Type the code that your authenticator app shows now.
          </Text>
          <CodeForm
            submit="Make new ones"
            cancel={close}
            send={async (code) =>
              setCodes((await ask(api.POST('/api/auth/mfa/recovery-codes', { body: { code } }))).recoveryCodes)
            }
          />
        </>
      )}
    </Dialog>
  )
}
