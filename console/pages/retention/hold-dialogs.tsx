import { Text, Textarea, TextInput } from '@mantine/core'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { findCustomers, findMembers } from '../../api/find.ts'
import { useRenew } from '../../api/renew.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Pick } from '../../ui/pick.tsx'
import { useForm } from '../../ui/use-form.ts'

const MIDNIGHT = 'T00:00:00Z'

export function PlaceHoldDialog({ close }: { close: () => void }) {
  const renew = useRenew()
  const form = useForm({
    initial: { organizationId: '', subjectUserId: '', from: '', to: '', caseReference: '', reason: '' },
    check: ({ organizationId, caseReference, reason }) => ({
      organizationId: organizationId ? undefined : 'Choose a customer.',
      caseReference: caseReference.trim() ? undefined : 'Name the case, so that others find it.',
      reason: reason.trim() ? undefined : 'Say why.',
    }),
    send: async ({ organizationId, subjectUserId, from, to, caseReference, reason }) => {
      const body = {
        organizationId,
        caseReference: caseReference.trim(),
        reason: reason.trim(),
        ...(subjectUserId && { subjectUserId }),
        ...(from && { from: `${from}${MIDNIGHT}` }),
        ...(to && { to: `${to}${MIDNIGHT}` }),
      }
      await ask(api.POST('/api/audit/holds', { body }))
      notice(`${body.caseReference} is held.`)
      await renew()
      close()
    },
  })
  const { organizationId } = form.values
  return (
    <Dialog title="Place a legal hold" close={close}>
      <FormView form={form} submit="Place the hold" cancel={close}>
        <TextInput label="Case" placeholder="2026-117" autoComplete="off" {...form.text('caseReference')} />
        <Textarea label="Why" autosize minRows={2} {...form.text('reason')} />
        <Pick
          name="organizationId"
          label="Whose trail"
          kind="customers"
          value={organizationId || null}
          onPick={(id) => {
            form.set('organizationId', id ?? '')
            form.set('subjectUserId', '')
          }}
          find={findCustomers}
          error={form.faults['organizationId']}
        />
        {organizationId && (
          <Pick
            key={organizationId}
            name="subjectUserId"
            label="Only by or about – optional"
            placeholder="Everybody"
            kind={`members ${organizationId}`}
            value={form.values.subjectUserId || null}
            onPick={(id) => form.set('subjectUserId', id ?? '')}
            find={(words, signal) => findMembers(words, signal, organizationId)}
            error={form.faults['subjectUserId']}
          />
        )}
        <div className="side-by-side">
          <TextInput label="From – optional" type="date" description="Days of UTC" {...form.text('from')} />
          <TextInput label="Before – optional" type="date" description="Empty: it goes on" {...form.text('to')} />
        </div>
      </FormView>
    </Dialog>
  )
}

export function ReleaseHoldDialog({ hold, close }: { hold: Schemas['AuditHold']; close: () => void }) {
  const renew = useRenew()
  const form = useForm({
    initial: { reason: '' },
    check: ({ reason }) => ({ reason: reason.trim() ? undefined : 'Say why.' }),
    send: async ({ reason }) => {
      await ask(
        api.POST('/api/audit/holds/{holdId}/release', {
          params: { path: { holdId: hold.id } },
          body: { reason: reason.trim() },
        }),
      )
      notice(`${hold.caseReference} is released.`)
      await renew()
      close()
    },
  })
  return (
    <Dialog title={`Release ${hold.caseReference}`} close={close} size="md">
      <FormView form={form} submit="Release" cancel={close} danger>
        <Text size="sm">
          From then on it may be removed by a cleanup or erased on request, like anything else of its age. A new hold
          can be placed, but it does not bring back what is gone.
        </Text>
        <Textarea label="Why" autosize minRows={2} {...form.text('reason')} />
      </FormView>
    </Dialog>
  )
}
