import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { cleanupsQuery } from '../../api/queries.ts'
import { useRenew } from '../../api/renew.ts'
import { useMay, useProfile } from '../../profile.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'
import { counted, inFigures } from '../../words.ts'
import { OrganizationName, PersonName } from '../audit/names.tsx'

type Cleanup = Schemas['Cleanup']

/** What was asked for, by whom, and what came of it. */
export function CleanupList() {
  const [page, setPage] = useState(1)
  const [approving, setApproving] = useState<Cleanup | null>(null)
  const list = useQuery(cleanupsQuery({ page: String(page) }))
  const columns: Column<Cleanup>[] = [
    {
      id: 'what',
      header: 'What',
      cell: ({ organizationId, olderThanDays, eligible, removed }) => (
        <>
          {counted(removed ?? eligible, 'event')} older than {inFigures(olderThanDays)} days
          <span className="dim hold-reason">
            {organizationId ? <OrganizationName id={organizationId} /> : 'All organizations'}
          </span>
        </>
      ),
    },
    {
      id: 'asked',
      header: 'Asked for',
      cell: ({ requestedBy, requestedAt }) => (
        <>
          <When at={requestedAt} /> by <PersonName id={requestedBy} />
        </>
      ),
    },
    { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { id: 'then', header: 'Then', cell: (cleanup) => <Then cleanup={cleanup} approve={setApproving} /> },
  ]
  return (
    <Section title="Removals" hint="Each stands in the trail as critical, and leaves a signed mark of what is gone.">
      <Awaited of={list}>
        {(found) => (
          <DataTable
            label="Removals"
            columns={columns}
            page={found}
            onPage={setPage}
            empty="Nothing was ever removed."
            busy={list.isPlaceholderData}
          />
        )}
      </Awaited>
      {approving && <ApproveDialog cleanup={approving} close={() => setApproving(null)} />}
    </Section>
  )
}

function Then({ cleanup, approve }: { cleanup: Cleanup; approve: (cleanup: Cleanup) => void }) {
  const { id } = useProfile()
  const mayApprove = useMay('audit.cleanup')
  const { status, requestedBy, approvedBy, approvedAt, expiresAt } = cleanup
  if (status === 'approved' && approvedBy) {
    return (
      <>
        <When at={approvedAt} /> approved by <PersonName id={approvedBy} />
      </>
    )
  }
  if (status === 'expired')
    return (
      <>
        Nobody approved it until <When at={expiresAt} />
      </>
    )
  if (requestedBy === id || !mayApprove) {
    return (
      <>
        Another super admin can approve it until <When at={expiresAt} />
      </>
    )
  }
  return (
    <Button size="compact-sm" color="red.8" onClick={() => approve(cleanup)}>
      Look at it and approve
    </Button>
  )
}

function ApproveDialog({ cleanup, close }: { cleanup: Cleanup; close: () => void }) {
  const renew = useRenew()
  const { id: cleanupId, eligible, olderThanDays, organizationId, kept } = cleanup
  const form = useForm({
    initial: {},
    send: async () => {
      const { removed } = await ask(
        api.POST('/api/audit/cleanup/{cleanupId}/approve', { params: { path: { cleanupId } } }),
      )
      notice(`${counted(removed, 'event')} removed.`)
      await renew()
      close()
    },
  })
  return (
    <Dialog title="Approve a removal" close={close} size="md">
      <FormView form={form} submit={`Remove ${counted(eligible, 'event')} for good`} cancel={close} danger>
        <Text size="sm" component="div">
          {counted(eligible, 'event')} older than {inFigures(olderThanDays)} days, of{' '}
          {organizationId ? <OrganizationName id={organizationId} /> : 'all organizations'}. {inFigures(kept.legalHold)}{' '}
          stay because of a legal hold, {inFigures(kept.retention)} because their organization keeps them for longer. It
          cannot be taken back. The trail goes on proving what stays.
        </Text>
      </FormView>
    </Dialog>
  )
}
