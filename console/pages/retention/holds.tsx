import { Button, SegmentedControl } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { holdsQuery } from '../../api/queries.ts'
import type { Schemas } from '../../api/client.ts'
import { useMay } from '../../profile.ts'
import { DataTable } from '../../ui/data-table.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { OrganizationName, PersonName } from '../audit/names.tsx'
import { PlaceHoldDialog, ReleaseHoldDialog } from './hold-dialogs.tsx'

const route = getRouteApi('/retention')
type Hold = Schemas['AuditHold']

/** What neither cleanup nor erasure touches while somebody may need it. */
export function Holds() {
  const { holds: status = 'active', page = 1 } = route.useSearch()
  const navigate = route.useNavigate()
  const mayPlace = useMay('audit.place-hold')
  const [placing, { open, close }] = useDisclosure(false)
  const [releasing, setReleasing] = useState<Hold | null>(null)
  const list = useQuery(holdsQuery({ status, page: String(page), sort: '-placedAt' }))
  const columns: Column<Hold>[] = [
    { id: 'case', header: 'Case', cell: ({ caseReference, reason }) => <Case of={caseReference} reason={reason} /> },
    { id: 'what', header: 'What is held', cell: (hold) => <Held hold={hold} /> },
    {
      id: 'placed',
      header: 'Placed',
      cell: ({ placedBy, placedAt }) => (
        <>
          <When at={placedAt} /> by <PersonName id={placedBy} />
        </>
      ),
    },
    status === 'active'
      ? {
          id: 'release',
          header: '',
          cell: (hold) =>
            mayPlace && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Release ${hold.caseReference}`}
                onClick={() => setReleasing(hold)}
              >
                Release
              </Button>
            ),
        }
      : {
          id: 'released',
          header: 'Released',
          cell: ({ releasedAt, releaseReason }) => (
            <>
              <When at={releasedAt} />
              <span className="dim hold-reason">{releaseReason}</span>
            </>
          ),
        },
  ]
  return (
    <Section
      title="Legal holds"
      hint="What is held stays, however old it becomes and whoever asks to have it removed or erased."
      actions={
        <div className="period">
          <SegmentedControl
            size="xs"
            aria-label="Holds"
            data={[
              { value: 'active', label: 'In force' },
              { value: 'released', label: 'Released' },
            ]}
            value={status}
            onChange={(holds) => void navigate({ search: { holds: holds as 'active' }, replace: true })}
          />
          {mayPlace && (
            <Button size="xs" leftSection={<Icon name="lock" size={15} />} onClick={open}>
              Place a hold
            </Button>
          )}
        </div>
      }
    >
      <Awaited of={list}>
        {(found) => (
          <DataTable
            label="Legal holds"
            columns={columns}
            page={found}
            onPage={(at) => void navigate({ search: { holds: status, page: at }, replace: true })}
            empty={status === 'active' ? 'Nothing is held.' : 'No hold was released.'}
            busy={list.isPlaceholderData}
          />
        )}
      </Awaited>
      {placing && <PlaceHoldDialog close={close} />}
      {releasing && <ReleaseHoldDialog hold={releasing} close={() => setReleasing(null)} />}
    </Section>
  )
}

const Case = ({ of, reason }: { of: string; reason: string }) => (
  <>
    <strong className="break">{of}</strong>
    <span className="dim hold-reason">{reason}</span>
  </>
)

const Held = ({ hold: { organizationId, subjectUserId, from, to } }: { hold: Hold }) => (
  <>
    {subjectUserId ? (
      <>
        By or about <PersonName id={subjectUserId} />, at <OrganizationName id={organizationId} />
      </>
    ) : (
      <>
        All of <OrganizationName id={organizationId} />
      </>
    )}
    <span className="dim hold-reason">
      {from ? <When at={from} /> : 'From the beginning'} {to ? 'until' : ''} {to ? <When at={to} /> : '– and on'}
    </span>
  </>
)
