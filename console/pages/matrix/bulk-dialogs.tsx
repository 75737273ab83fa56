import { Alert, Progress, Radio, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { LevelBadge } from '../../ui/badges.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'
import { counted, levelNames, messageOf, nameOf } from '../../words.ts'
import type { Level } from '../../words.ts'
import { grantsIn } from './selection.ts'
import type { Grant, Selection } from './selection.ts'

interface BulkProps {
  selection: Selection
  close: () => void
}

const useGrantsIn = (selection: Selection, kind: string) =>
  useQuery({
    queryKey: ['grants', 'selected', kind, selection],
    queryFn: () => grantsIn(selection),
    staleTime: 0,
    gcTime: 0,
  })

/** What will be touched, each by name. */
const GrantList = ({ grants }: { grants: readonly Grant[] }) => (
  <ul className="preview" aria-label="What will be changed" tabIndex={0}>
    {grants.map((grant) => (
      <li key={grant.id}>
        <span>
          {nameOf(grant.technician)} → <strong>{grant.customer.name}</strong>
        </span>
        <LevelBadge level={grant.accessLevel} />
      </li>
    ))}
  </ul>
)

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
  const accessIds = grants.slice(0, MOST).map(({ id }) => id)
  const form = useForm({
    initial: { reason: '' },
    check: ({ reason }) => (reason.trim() === '' ? { reason: 'Say why.' } : {}),
    send: async ({ reason }) => {
      const body = { accessIds, reason: reason.trim(), dryRun: tried === null }
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
      <GrantList grants={grants} />
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

interface Work {
  done: number
  total: number
  faults: string[]
}

/** One after the other, saying how far it is; what fails does not stop the rest. */
async function eachOf<T>(
  items: readonly T[],
  act: (item: T) => Promise<string | null>,
  tell: (work: Work) => void,
): Promise<Work> {
  const work: Work = { done: 0, total: items.length, faults: [] }
  for (const item of items) {
    const fault = await act(item)
    if (fault) work.faults.push(fault)
    work.done++
    tell({ ...work })
  }
  return work
}

const Doing = ({ work }: { work: Work }) => (
  <div role="status">
    <Progress value={(work.done / Math.max(1, work.total)) * 100} aria-label="How far it is" />
    <Text size="sm">
      {work.done} of {work.total}
    </Text>
    {work.faults.map((fault) => (
      <Text key={fault} size="sm" c="red">
        {fault}
      </Text>
    ))}
  </div>
)

export function BulkGrantDialog({ selection: { empty }, close }: BulkProps) {
  const renew = useRenew()
  const { id } = useProfile()
  const [work, setWork] = useState<Work | null>(null)
  // Nobody grants themselves anything.
  const pairs = empty.filter(({ technician }) => technician.id !== id)
  const form = useForm<{ accessLevel: Level; expiresAt: string; reason: string }>({
    initial: { accessLevel: 'read_only', expiresAt: '', reason: '' },
    send: async ({ accessLevel, expiresAt, reason }) => {
      const more = {
        accessLevel,
        ...(expiresAt && { expiresAt: new Date(expiresAt).toISOString() }),
        ...(reason.trim() && { reason: reason.trim() }),
      }
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
        submit={`Grant ${counted(pairs.length, 'access', 'accesses')}`}
        cancel={close}
        disabled={pairs.length === 0}
      >
        <ul className="preview" aria-label="What will be granted" tabIndex={0}>
          {pairs.map(({ technician, customer }) => (
            <li key={`${technician.id}.${customer.id}`}>
              <span>
                {nameOf(technician)} → <strong>{customer.name}</strong>
              </span>
            </li>
          ))}
        </ul>
        <Radio.Group label="Level" value={form.values.accessLevel} onChange={(level) => form.set('accessLevel', level)}>
          <div className="choices">
            <Radio value="read_only" label={levelNames.read_only} className="choice" />
            <Radio value="full_access" label={levelNames.full_access} className="choice" />
          </div>
        </Radio.Group>
        <TextInput
          type="datetime-local"
          label="Until"
          description="Empty: until it is revoked."
          {...form.text('expiresAt')}
        />
        <Textarea label="Reason" autosize {...form.text('reason')} />
        {work && <Doing work={work} />}
      </FormView>
    </Dialog>
  )
}

export function BulkExtendDialog({ selection, close }: BulkProps) {
  const grants = useGrantsIn(selection, 'extend')
  return (
    <Dialog title="Extend the selected access" close={close}>
      <Awaited of={grants}>
        {(found) => {
          const ending = found.filter(({ expiresAt, accessLevel }) => expiresAt !== null && accessLevel !== 'emergency')
          return ending.length === 0 ? (
            <Nothing title="None of these will expire" />
          ) : (
            <Extending grants={ending} close={close} />
          )
        }}
      </Awaited>
    </Dialog>
  )
}

const DAY_MS = 86_400_000

function Extending({ grants, close }: { grants: readonly Grant[]; close: () => void }) {
  const renew = useRenew()
  const [work, setWork] = useState<Work | null>(null)
  const form = useForm({
    initial: { expiresAt: new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 16) },
    send: async ({ expiresAt }) => {
      const body = { expiresAt: expiresAt ? new Date(expiresAt).toISOString() : null }
      const finished = await eachOf(
        grants,
        (grant) =>
          ask(
            api.PUT('/api/access-management/access/{accessId}', { params: { path: { accessId: grant.id } }, body }),
          ).then(
            () => null,
            (error: unknown) => `${nameOf(grant.technician)} → ${grant.customer.name}: ${messageOf(error)}`,
          ),
        setWork,
      )
      await renew()
      if (finished.faults.length === 0) close()
    },
  })
  return (
    <FormView form={form} submit={`Extend ${counted(grants.length, 'grant')}`} cancel={close}>
      <ul className="preview" aria-label="What will be extended" tabIndex={0}>
        {grants.map((grant) => (
          <li key={grant.id}>
            <span>
              {nameOf(grant.technician)} → <strong>{grant.customer.name}</strong>
            </span>
            <When at={grant.expiresAt} />
          </li>
        ))}
      </ul>
      <TextInput
        type="datetime-local"
        label="Until"
        description="Empty: until it is revoked."
        {...form.text('expiresAt')}
      />
      {work && <Doing work={work} />}
    </FormView>
  )
}
