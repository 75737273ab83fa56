import { Alert, Radio, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask, askTagged } from '../../api/client.ts'
import type { ApiError, Schemas } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { Conflict } from '../../ui/conflict.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { InstantField } from '../../ui/instant-field.tsx'
import { notice } from '../../ui/notice.ts'
import { Awaited } from '../../ui/states.tsx'
import { useVersionedForm } from '../../ui/use-versioned-form.ts'
import { levelNames, nameOf } from '../../words.ts'
import { changesOf, editedOf, labels, wordsOf } from './edited-grant.ts'
import { LimitsFields } from './limits-fields.tsx'

interface EditProps {
  grant: Schemas['Grant']
  close: () => void
}

const readGrant = (accessId: string) =>
  askTagged(api.GET('/api/access-management/access/{accessId}', { params: { path: { accessId } } }))

/** Changes a grant, from what it is when the dialog opens. */
export function EditGrantDialog({ grant, close }: EditProps) {
  const now = useQuery({ queryKey: ['grant', grant.id], queryFn: () => readGrant(grant.id), staleTime: 0, gcTime: 0 })
  return (
    <Dialog title={`${nameOf(grant.technician)} → ${grant.customer.name}`} close={close}>
      <Awaited of={now}>{({ data, tag }) => <Editing grant={data} tag={tag} close={close} />}</Awaited>
    </Dialog>
  )
}

/** Only what was changed is sent, under the version that was read: of two who edit at once neither undoes the other unasked. */
function Editing({ grant, tag, close }: EditProps & { tag: string | null }) {
  const renew = useRenew()
  const { timezone } = useProfile()
  const [over, setOver] = useState(false)
  const form = useVersionedForm({
    read: { values: editedOf(grant, timezone), tag },
    reread: async () => {
      const now = await readGrant(grant.id)
      return { values: editedOf(now.data, timezone), tag: now.tag }
    },
    send: async (values, read) => {
      const body = changesOf(read.values, values, timezone)
      if (Object.keys(body).length > 0) {
        const headers = read.tag ? { 'if-match': read.tag } : {}
        const params = { path: { accessId: grant.id } }
        await ask(api.PUT('/api/access-management/access/{accessId}', { params, headers, body }))
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
    <FormView form={form} submit={form.conflict ? 'Save mine over it' : 'Save'} cancel={close}>
      {grant.accessLevel !== 'emergency' && (
        <Radio.Group
          label={labels.accessLevel}
          value={form.values.accessLevel}
          onChange={(level) => form.set('accessLevel', level)}
        >
          <div className="choices choices-across">
            <Radio value="read_only" label={levelNames.read_only} className="choice" />
            <Radio value="full_access" label={levelNames.full_access} className="choice" />
          </div>
        </Radio.Group>
      )}
      <InstantField label={labels.expiresAt} empty="until it is revoked" {...form.text('expiresAt')} />
      <LimitsFields form={form} />
      <Textarea label={labels.notes} description="Not shown to the customer." autosize {...form.text('notes')} />
      {form.conflict && (
        <Conflict
          conflict={form.conflict}
          mine={form.values}
          labels={labels}
          words={wordsOf}
          takeTheirs={form.takeTheirs}
        />
      )}
      {over && (
        <Alert variant="light" color="gray">
          It ended while you were editing. What you typed is still here; a new grant can be made with it.
        </Alert>
      )}
    </FormView>
  )
}
