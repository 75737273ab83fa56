import { Alert, Textarea } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { counted } from '../../words.ts'
import { GrantList, useGrantsIn } from './selected-grants.tsx'
import type { BulkProps } from './selected-grants.tsx'
import type { Grant } from './selection.ts'

export function BulkRevokeDialog({ selection, close }: BulkProps) {
  const grants = useGrantsIn(selection, 'revoke')
  return (
    <Dialog title="Revoke the selected access" close={close}>
      <Awaited of={grants}>
        {(found) =>
          found.length === 0 ? (
            <Nothing title="There is nothing to revoke" />
          ) : (
            <Revoking grants={found} close={close} />
          )
        }
      </Awaited>
    </Dialog>
  )
}

const MOST = 1000

function Revoking({ grants, close }: { grants: readonly Grant[]; close: () => void }) {
  const renew = useRenew()
  const [tried, setTried] = useState<{ revoked: number; failed: number } | null>(null)
  const now = grants.slice(0, MOST)
  const form = useForm({
    initial: { reason: '' },
    check: ({ reason }) => (reason.trim() === '' ? { reason: 'Say why.' } : {}),
    send: async ({ reason }) => {
      const body = { accessIds: now.map(({ id }) => id), reason: reason.trim(), dryRun: tried === null }
      const { summary } = await ask(api.POST('/api/access-management/bulk-revoke', { body }))
      if (tried === null) return setTried(summary)
      await renew()
      notice(`${counted(summary.revoked, 'grant')} revoked.`)
      close()
    },
  })
  return (
    <FormView
      form={form}
      submit={tried ? `Revoke ${counted(tried.revoked, 'grant')}` : 'Show what will happen'}
      cancel={close}
      danger={tried !== null}
    >
      <GrantList label="What will be changed" grants={now} />
      {grants.length > MOST && (
        <Alert variant="light" color="gray">
          {counted(grants.length, 'grant')} are selected; {counted(MOST, 'grant')} go at a time. Do it again for the
          others.
        </Alert>
      )}
      <Textarea label="Reason" autosize minRows={2} {...form.text('reason')} />
      {tried && (
        <Alert
          color="yellow"
          variant="light"
          role="status"
          title={`${counted(tried.revoked, 'grant')} would be revoked`}
        >
          At once, and it cannot be taken back.
          {tried.failed > 0 && ` ${counted(tried.failed, 'grant')} ended meanwhile.`}
        </Alert>
      )}
    </FormView>
  )
}
