import { Alert, Radio, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { ApiError, Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'
import { levelNames, nameOf } from '../../words.ts'
import type { Level } from '../../words.ts'
import { limitsOf, restrictionsFrom } from './limits.ts'
import { LimitsFields } from './limits-fields.tsx'

/** For a field of date and time: the clock of this device. */
const asLocal = (instant: string | null): string => {
  if (!instant) return ''
  const at = new Date(instant)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Changes a grant. Only what was changed is sent, so that two who edit different things do not undo each other. */
export function EditGrantDialog({ grant, close }: { grant: Schemas['Grant']; close: () => void }) {
  const renew = useRenew()
  const { timezone } = useProfile()
  const [over, setOver] = useState(false)
  const initial = {
    accessLevel: grant.accessLevel,
    expiresAt: asLocal(grant.expiresAt),
    notes: grant.notes ?? '',
    ...limitsOf(grant, timezone),
  }
  const form = useForm({
    initial,
    send: async (values) => {
      const body = changesOf(initial, values)
      if (Object.keys(body).length > 0) {
        await ask(
          api.PUT('/api/access-management/access/{accessId}', { params: { path: { accessId: grant.id } }, body }),
        )
        await renew()
        notice(`The access of ${nameOf(grant.technician)} to ${grant.customer.name} is changed.`)
      }
      close()
    },
    explain: (error: ApiError) => {
      if (error.code === 'grant_not_active') setOver(true)
      return false
    },
  })
  return (
    <Dialog title={`${nameOf(grant.technician)} → ${grant.customer.name}`} close={close}>
      <FormView form={form} submit="Save" cancel={close}>
        {grant.accessLevel !== 'emergency' && (
          <Radio.Group
            label="Level"
            value={form.values.accessLevel}
            onChange={(level) => form.set('accessLevel', level)}
          >
            <div className="choices">
              <Radio value="read_only" label={levelNames.read_only} className="choice" />
              <Radio value="full_access" label={levelNames.full_access} className="choice" />
            </div>
          </Radio.Group>
        )}
        <TextInput
          type="datetime-local"
          label="Until"
          description="Empty: until it is revoked. In the time of this device."
          {...form.text('expiresAt')}
        />
        <LimitsFields form={form} />
        <Textarea label="Notes" description="Not shown to the customer." autosize {...form.text('notes')} />
        {over && (
          <Alert variant="light" color="gray">
            It ended while you were editing. What you typed is still here; a new grant can be made with it.
          </Alert>
        )}
      </FormView>
    </Dialog>
  )
}

type Edited = ReturnType<typeof limitsOf> & { accessLevel: Level; expiresAt: string; notes: string }

function changesOf(before: Edited, after: Edited): Schemas['UpdateAccessInput'] {
  const [was, is] = [restrictionsFrom(before), restrictionsFrom(after)]
  const changed = (key: keyof typeof is): boolean => JSON.stringify(was[key]) !== JSON.stringify(is[key])
  return {
    ...(before.accessLevel !== after.accessLevel && { accessLevel: after.accessLevel }),
    ...(before.expiresAt !== after.expiresAt && {
      expiresAt: after.expiresAt ? new Date(after.expiresAt).toISOString() : null,
    }),
    ...(before.notes !== after.notes && { notes: after.notes.trim() || null }),
    ...(changed('allowedServices') && { allowedServices: is.allowedServices }),
    ...(changed('ipRestrictions') && { ipRestrictions: is.ipRestrictions }),
    ...(changed('timeRestrictions') && is.timeRestrictions !== undefined && { timeRestrictions: is.timeRestrictions }),
  }
}
