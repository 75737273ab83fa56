import { Text, Textarea } from '@mantine/core'
import { api, ask } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'

interface RevokeDialogProps {
  accessId: string
  technician: string
  customer: string
  close: () => void
  onRevoked?: () => void
}

export function RevokeDialog({ accessId, technician, customer, close, onRevoked }: RevokeDialogProps) {
  const renew = useRenew()
  const form = useForm({
    initial: { reason: '' },
    send: async ({ reason }) => {
      const body = reason.trim() ? { reason: reason.trim() } : {}
      await ask(api.DELETE('/api/access-management/access/{accessId}', { params: { path: { accessId } }, body }))
      notice(`${technician} no longer has access to ${customer}.`)
      await renew()
      onRevoked?.()
      close()
    },
  })
  return (
    <Dialog title="Revoke access" close={close} size="md">
      <FormView form={form} submit="Revoke" cancel={close} danger>
        <Text size="sm">
          {technician} loses access to {customer} at once, in the middle of whatever is under way. It cannot be taken
          back; a new grant can be made.
        </Text>
        <Textarea label="Reason" autosize minRows={2} {...form.text('reason')} />
      </FormView>
    </Dialog>
  )
}
