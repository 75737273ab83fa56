import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { InstantField } from '../../ui/instant-field.tsx'
import { asInput, fromInput } from '../../ui/instant-input.ts'
import { notice } from '../../ui/notice.ts'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'
import { counted, messageOf, nameOf } from '../../words.ts'
import { Doing, eachOf } from './one-by-one.tsx'
import type { Work } from './one-by-one.tsx'
import { GrantList, useGrantsIn } from './selected-grants.tsx'
import type { BulkProps } from './selected-grants.tsx'
import type { Grant } from './selection.ts'

export function BulkExtendDialog({ selection, close }: BulkProps) {
  const { id } = useProfile()
  const grants = useGrantsIn(selection, 'extend')
  return (
    <Dialog title="Extend the selected access" close={close}>
      <Awaited of={grants}>
        {(found) => {
          // An emergency is not extended, and nobody extends their own.
          const ending = found.filter(
            ({ expiresAt, accessLevel, technicianId }) =>
              expiresAt !== null && accessLevel !== 'emergency' && technicianId !== id,
          )
          return ending.length === 0 ? (
            <Nothing title="There is nothing to extend">
              What has no end, emergencies, and what you hold yourself are left alone.
            </Nothing>
          ) : (
            <Extending grants={ending} close={close} />
          )
        }}
      </Awaited>
    </Dialog>
  )
}

const DAY_MS = 86_400_000

/** What ends later than that already stays: extending never shortens. */
const endsBefore = (grant: Grant, end: string | undefined): boolean =>
  end === undefined || (grant.expiresAt !== null && grant.expiresAt < end)

function Extending({ grants, close }: { grants: readonly Grant[]; close: () => void }) {
  const renew = useRenew()
  const { timezone } = useProfile()
  const [work, setWork] = useState<Work | null>(null)
  const form = useForm({
    initial: { expiresAt: asInput(new Date(Date.now() + 30 * DAY_MS).toISOString(), timezone) },
    send: async ({ expiresAt }) => {
      const end = fromInput(expiresAt, timezone)
      const finished = await eachOf(
        grants.filter((grant) => endsBefore(grant, end)),
        (grant) => extend(grant, end ?? null),
        setWork,
      )
      await renew()
      if (finished.faults.length > 0) return
      notice(`${counted(finished.done, 'grant')} extended.`)
      close()
    },
  })
  const end = fromInput(form.values.expiresAt, timezone)
  const meant = grants.filter((grant) => endsBefore(grant, end))
  return (
    <FormView
      form={form}
      submit={`Extend ${counted(meant.length, 'grant')}`}
      cancel={close}
      disabled={meant.length === 0}
    >
      <InstantField label="Until" empty="until it is revoked" {...form.text('expiresAt')} />
      <GrantList
        label="What will be extended"
        grants={grants}
        fate={(grant) => (
          <span className="fate">
            <When at={grant.expiresAt} />{' '}
            {endsBefore(grant, end) ? (
              <strong>→ {end ? <When at={end} /> : 'no end'}</strong>
            ) : (
              <span className="dim">stays</span>
            )}
          </span>
        )}
      />
      {work && <Doing work={work} />}
    </FormView>
  )
}

const extend = (grant: Grant, expiresAt: string | null): Promise<string | null> =>
  ask(
    api.PUT('/api/access-management/access/{accessId}', {
      params: { path: { accessId: grant.id } },
      body: { expiresAt },
    }),
  ).then(
    () => null,
    (error: unknown) => `${nameOf(grant.technician)} → ${grant.customer.name}: ${messageOf(error)}`,
  )
