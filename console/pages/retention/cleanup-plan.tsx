import { Alert, Button, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { api, ApiError, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { findCustomers } from '../../api/find.ts'
import { useRenew } from '../../api/renew.ts'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Section } from '../../ui/page.tsx'
import { Pick } from '../../ui/pick.tsx'
import { useForm } from '../../ui/use-form.ts'
import { counted, inFigures, messageOf } from '../../words.ts'

const FLOOR_DAYS = 365
const USUAL_DAYS = 730

interface Planned {
  terms: { olderThanDays: number; organizationId?: string }
  plan: Schemas['CleanupPlan']
}

/** First what would go, then the request; nothing is removed here. */
export function CleanupPlan() {
  const [planned, setPlanned] = useState<Planned | null>(null)
  const form = useForm({
    initial: { olderThanDays: USUAL_DAYS, organizationId: '' },
    check: ({ olderThanDays }) => ({
      olderThanDays: olderThanDays >= FLOOR_DAYS ? undefined : `Events are kept for ${FLOOR_DAYS} days at least.`,
    }),
    send: async ({ olderThanDays, organizationId }) => {
      const terms = { olderThanDays, ...(organizationId && { organizationId }) }
      const plan = await ask(api.POST('/api/audit/cleanup', { body: { ...terms, dryRun: true } }))
      if ('planHash' in plan) setPlanned({ terms, plan })
    },
  })
  // What was planned was planned of other terms.
  const set: typeof form.set = (name, value) => {
    setPlanned(null)
    form.set(name, value)
  }
  return (
    <Section
      title="Remove old events"
      hint="Plan it, ask for it, and have another super admin approve it within a day. Nothing goes before that."
      narrow
    >
      <FormView form={form} submit="Plan">
        <div className="side-by-side">
          <NumberInput
            label="Older than"
            suffix=" days"
            name="olderThanDays"
            allowDecimal={false}
            min={1}
            max={36_500}
            clampBehavior="strict"
            value={form.values.olderThanDays}
            onChange={(days) => set('olderThanDays', Number(days))}
            error={form.faults['olderThanDays']}
          />
          <Pick
            name="organizationId"
            label="Customer – optional"
            placeholder="All organizations"
            kind="customers"
            value={form.values.organizationId || null}
            onPick={(id) => set('organizationId', id ?? '')}
            find={findCustomers}
          />
        </div>
      </FormView>
      {planned && <Plan planned={planned} again={() => form.submit()} done={() => setPlanned(null)} />}
    </Section>
  )
}

function Plan({ planned: { terms, plan }, again, done }: { planned: Planned; again: () => void; done: () => void }) {
  const renew = useRenew()
  const [pending, setPending] = useState(false)
  const [fault, setFault] = useState<{ words: string; isStale: boolean } | null>(null)
  const { eligible, kept, planHash } = plan
  const request = async (): Promise<void> => {
    setPending(true)
    setFault(null)
    try {
      await ask(api.POST('/api/audit/cleanup', { body: { ...terms, dryRun: false, planHash } }))
      notice('Asked for. Another super admin has a day to approve it.')
      await renew()
      done()
    } catch (error) {
      setFault({ words: messageOf(error), isStale: error instanceof ApiError && error.code === 'plan_stale' })
    } finally {
      setPending(false)
    }
  }
  return (
    <div className="plan" role="status">
      <p>
        <strong className="plan-figure">{inFigures(eligible)}</strong>{' '}
        {eligible === 1 ? 'event would be removed for good' : 'events would be removed for good'}
      </p>
      <ul className="dim">
        <li>{counted(kept.legalHold, 'event')} kept by a legal hold</li>
        <li>{counted(kept.retention, 'event')} that their organization keeps for longer</li>
      </ul>
      {fault && (
        <Alert color="red" variant="light" role="alert">
          {fault.words}
        </Alert>
      )}
      {fault?.isStale ? (
        <Button onClick={again}>Plan again</Button>
      ) : (
        <Button color="red.8" disabled={eligible === 0} loading={pending} onClick={() => void request()}>
          {eligible === 0 ? 'Nothing to remove' : 'Ask for approval'}
        </Button>
      )}
    </div>
  )
}
