import { Alert, Radio, Textarea } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { InstantField } from '../../ui/instant-field.tsx'
import { fromInput } from '../../ui/instant-input.ts'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'
import { counted, levelNames, messageOf, nameOf } from '../../words.ts'
import type { Level } from '../../words.ts'
import { Doing, eachOf } from './one-by-one.tsx'
import type { Work } from './one-by-one.tsx'
import type { BulkProps } from './selected-grants.tsx'

/** Only pairs without any grant are listed, so that the list is what will happen: nothing is asked before, nothing is overwritten. */
export function BulkGrantDialog({ selection: { empty, emptyTotal }, close }: BulkProps) {
  const renew = useRenew()
  const { id, timezone } = useProfile()
  const [work, setWork] = useState<Work | null>(null)
  // Nobody grants themselves anything.
  const pairs = empty.filter(({ technician }) => technician.id !== id)
  const form = useForm<{ accessLevel: Level; expiresAt: string; reason: string }>({
    initial: { accessLevel: 'read_only', expiresAt: '', reason: '' },
    send: async ({ accessLevel, expiresAt, reason }) => {
      const end = fromInput(expiresAt, timezone)
      const more = { accessLevel, ...(end && { expiresAt: end }), ...(reason.trim() && { reason: reason.trim() }) }
      const finished = await eachOf(
        pairs,
        ({ technician, customer }) =>
          ask(
            api.POST('/api/access-management/grant', {
              body: { technicianId: technician.id, customerOrgId: customer.id, ...more },
            }),
          ).then(
            () => null,
            (error: unknown) => `${nameOf(technician)} → ${customer.name}: ${messageOf(error)}`,
          ),
        setWork,
      )
      await renew()
      if (finished.faults.length > 0) return
      notice(`${counted(finished.done, 'grant')} made.`)
      close()
    },
  })
  return (
    <Dialog title="Grant access to the selected" close={close}>
      <FormView
        form={form}
        submit={`Make ${counted(pairs.length, 'grant')}`}
        cancel={close}
        disabled={pairs.length === 0}
      >
        <ul className="preview" aria-label="What will be granted" tabIndex={0}>
          {pairs.map(({ technician, customer }) => (
            <li key={`${technician.id}.${customer.id}`}>
              <span>
                {nameOf(technician)} → <strong>{customer.name}</strong>
              </span>
              <span className="dim">{levelNames[form.values.accessLevel].toLowerCase()}, new</span>
            </li>
          ))}
        </ul>
        {emptyTotal > empty.length && (
          <Alert variant="light" color="gray">
            {counted(emptyTotal, 'pair')} have no grant; {empty.length} get one at a time. Do it again for the others.
          </Alert>
        )}
        <Radio.Group label="Level" value={form.values.accessLevel} onChange={(level) => form.set('accessLevel', level)}>
          <div className="choices">
            <Radio value="read_only" label={levelNames.read_only} className="choice" />
            <Radio value="full_access" label={levelNames.full_access} className="choice" />
          </div>
        </Radio.Group>
        <InstantField label="Until" empty="until it is revoked" {...form.text('expiresAt')} />
        <Textarea label="Reason" autosize {...form.text('reason')} />
        {work && <Doing work={work} />}
      </FormView>
    </Dialog>
  )
}
