import { Button, Group, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { grantsOfTechnicianQuery, grantsOnCustomerQuery } from '../../api/queries.ts'
import type { Schemas } from '../../api/client.ts'
import { useMay } from '../../profile.ts'
import { Icon } from '../../ui/icons.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { statusNames } from '../../words.ts'
import type { GrantStatus } from '../../words.ts'
import { ViewsMenu } from '../views/views-menu.tsx'
import { CheckPanel } from './check-panel.tsx'
import { EmergencyButton } from './emergency-button.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import { GrantTable } from './grant-table.tsx'
import { KnownCustomerPick, KnownGranteePick } from './party-picks.tsx'

const route = getRouteApi('/grants')
type By = 'person' | 'customer'
const states: GrantStatus[] = ['active', 'scheduled', 'expired', 'revoked']

/** Grants of one person or on one customer, and the question whether somebody may. */
export function GrantsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayGrant = useMay('access.grant')
  const [wanted, setWanted] = useState<By | null>(null)
  const whose = `${search.technicianId} ${search.customerId}`
  const [told, setTold] = useState(whose)
  // Another address, such as a saved view's, says anew whose grants they are.
  if (told !== whose) {
    setTold(whose)
    setWanted(null)
  }
  const by = wanted ?? (search.customerId ? 'customer' : 'person')
  const [dialog, setDialog] = useState<'grant' | 'emergency' | null>(null)
  const change = (next: Partial<typeof search>): void =>
    void navigate({ search: { ...search, page: undefined, ...next }, replace: true })
  const subject = by === 'person' ? search.technicianId : search.customerId
  return (
    <Page
      title="Grants"
      lead="What somebody was given, by whom, and whether it holds now."
      actions={
        <>
          <ViewsMenu page="grants" />
          {mayGrant && (
            <>
              <EmergencyButton onClick={() => setDialog('emergency')} />
              <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setDialog('grant')}>
                Grant access
              </Button>
            </>
          )}
        </>
      }
    >
      <div className="split">
        <Section title="Look up">
          <Group align="end" gap="sm" mb="md" className="filters">
            <SegmentedControl
              aria-label="Look up by"
              value={by}
              onChange={(value) => setWanted(value)}
              data={[
                { value: 'person', label: 'Of a person' },
                { value: 'customer', label: 'On a customer' },
              ]}
            />
            {by === 'person' ? (
              <KnownGranteePick
                name="person"
                label="Person"
                value={search.technicianId ?? null}
                onPick={(technicianId) => change({ technicianId: technicianId ?? undefined, customerId: undefined })}
              />
            ) : (
              <KnownCustomerPick
                name="customer"
                label="Customer"
                value={search.customerId ?? null}
                onPick={(customerId) => change({ customerId: customerId ?? undefined, technicianId: undefined })}
              />
            )}
            <Select
              label="Status"
              clearable
              placeholder="Any"
              data={states.map((value) => ({ value, label: statusNames[value] ?? value }))}
              value={search.status ?? null}
              onChange={(status) => change({ status: status ?? undefined })}
              clearButtonProps={{ 'aria-label': 'Clear status' }}
            />
          </Group>
          {subject ? (
            <Found
              by={by}
              id={subject}
              status={search.status as GrantStatus | undefined}
              page={search.page ?? 1}
              onPage={(page) => change({ page })}
            />
          ) : (
            <Nothing title={by === 'person' ? 'Choose a person' : 'Choose a customer'}>
              Their grants, with all that came before, appear here. Or see in the matrix{' '}
              <Link to="/matrix" search={{ mark: 'expiring' }} className="text-link">
                what ends soon
              </Link>
              ,{' '}
              <Link to="/matrix" search={{ level: 'emergency' }} className="text-link">
                emergencies
              </Link>{' '}
              and{' '}
              <Link to="/matrix" search={{ mark: 'unused' }} className="text-link">
                what nobody uses
              </Link>
              .
            </Nothing>
          )}
        </Section>
        <CheckPanel />
      </div>
      {dialog && (
        <GrantDialog level={dialog === 'emergency' ? 'emergency' : 'read_only'} close={() => setDialog(null)} />
      )}
    </Page>
  )
}

interface FoundProps {
  by: By
  id: string
  status: GrantStatus | undefined
  page: number
  onPage: (page: number) => void
}

function Found({ by, id, status, page, onPage }: FoundProps) {
  const query = { status, page: String(page), limit: '25', sort: '-grantedAt' } as const
  const ofPerson = useQuery({ ...grantsOfTechnicianQuery(id, query), enabled: by === 'person' })
  const onCustomer = useQuery({ ...grantsOnCustomerQuery(id, query), enabled: by === 'customer' })
  const list = by === 'person' ? ofPerson : onCustomer
  return (
    <Awaited of={list}>
      {(found) => (
        <GrantTable
          label="Grants"
          without={by === 'person' ? 'technician' : 'customer'}
          page={found as typeof found & { items: Schemas['Grant'][] }}
          onPage={onPage}
          empty="No grants"
          busy={list.isPlaceholderData}
        />
      )}
    </Awaited>
  )
}
