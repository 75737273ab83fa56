import { Alert, Button, Menu, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { organizationQuery, organizationStatsQuery } from '../../api/queries.ts'
import { useMay } from '../../profile.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Awaited, Broken, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { inFigures, reasonNames } from '../../words.ts'
import { Figure } from '../overview.tsx'
import { GrantDialog } from '../grants/grant-dialog.tsx'
import { PeopleSection } from '../people/people-section.tsx'
import { RecentEvents } from '../audit/recent-events.tsx'
import { EndDialog, EditCustomerDialog } from './customer-dialogs.tsx'
import { GrantsOnCustomer } from './grants-on-customer.tsx'

const route = getRouteApi('/customers/$customerId')

export function CustomerPage() {
  const { customerId } = route.useParams()
  const customer = useQuery(organizationQuery(customerId))
  if (customer.error instanceof ApiError && customer.error.status < 500) return <Refused error={customer.error} />
  if (!customer.data) {
    return (
      <Page title="Customer">
        <Awaited of={customer}>{() => null}</Awaited>
      </Page>
    )
  }
  return <Shown key={customerId} {...customer.data} />
}

/** What is refused says why: no such customer, or a grant that does not hold now. */
function Refused({ error }: { error: ApiError }) {
  const { reasons = [] } = (error.details ?? {}) as { reasons?: string[] }
  if (error.code === 'access_restricted') {
    return (
      <Page title="Not now">
        <Alert color="yellow" variant="light" title="Your access does not hold now">
          {reasons.map((reason) => reasonNames[reason] ?? reason).join('; ')}
        </Alert>
      </Page>
    )
  }
  if (error.status !== 404) return <Broken error={error} />
  return (
    <Page title="No such customer">
      <Nothing title="There is no such customer, or none that you may see." />
    </Page>
  )
}

type Open = 'grant' | 'edit' | 'suspend' | 'reactivate' | 'delete' | null

function Shown({ data: customer, tag }: { data: Schemas['Organization']; tag: string | null }) {
  const [open, setOpen] = useState<Open>(null)
  const [mayGrant, mayUpdate, mayDelete] = [
    useMay('access.grant'),
    useMay('organizations.update'),
    useMay('organizations.delete'),
  ]
  const [seesGrants, seesTrail, seesPeople] = [
    useMay('access.of-customer'),
    useMay('audit.recent'),
    useMay('organizations.users'),
  ]
  const close = (): void => setOpen(null)
  const isDeleted = customer.status === 'deleted'
  return (
    <Page
      title={customer.name}
      lead={
        <span className="lead-line">
          <StatusBadge status={customer.status} />
          {customer.domain && <span>{customer.domain}</span>}
          <span>
            since <When at={customer.createdAt} />
          </span>
        </span>
      }
      actions={
        <>
          {mayUpdate && !isDeleted && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" rightSection={<Icon name="down" size={14} />}>
                  Manage
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setOpen('edit')}>Edit</Menu.Item>
                {customer.status === 'suspended' ? (
                  <Menu.Item onClick={() => setOpen('reactivate')}>Reactivate</Menu.Item>
                ) : (
                  <Menu.Item onClick={() => setOpen('suspend')}>Suspend</Menu.Item>
                )}
                {mayDelete && (
                  <Menu.Item className="danger" onClick={() => setOpen('delete')}>
                    Delete
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
          {mayGrant && !isDeleted && (
            <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setOpen('grant')}>
              Grant access
            </Button>
          )}
        </>
      }
    >
      <CustomerFigures id={customer.id} />
      <Tabs defaultValue={seesGrants ? 'access' : 'people'} keepMounted={false}>
        <Tabs.List mb="md">
          {seesGrants && <Tabs.Tab value="access">Access</Tabs.Tab>}
          {seesPeople && <Tabs.Tab value="people">People</Tabs.Tab>}
          {seesTrail && <Tabs.Tab value="trail">Trail</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="access">
          <GrantsOnCustomer customer={customer} />
        </Tabs.Panel>
        <Tabs.Panel value="people">
          <PeopleSection organization={customer} />
        </Tabs.Panel>
        <Tabs.Panel value="trail">
          <Section title="What happened last">
            <RecentEvents organizationId={customer.id} />
          </Section>
        </Tabs.Panel>
      </Tabs>
      {open === 'grant' && <GrantDialog customer={{ value: customer.id, label: customer.name }} close={close} />}
      {open === 'edit' && <EditCustomerDialog customer={customer} tag={tag} close={close} />}
      {(open === 'suspend' || open === 'reactivate' || open === 'delete') && (
        <EndDialog what={open} customer={customer} close={close} />
      )}
    </Page>
  )
}

function CustomerFigures({ id }: { id: string }) {
  const stats = useQuery({ ...organizationStatsQuery(id), enabled: useMay('organizations.stats') })
  if (!stats.data) return null
  const { users, access, activity } = stats.data
  return (
    <ul className="figures" aria-label="Figures">
      <Figure name="Can reach it" value={access.active} note={`${inFigures(access.expiringSoon)} expiring soon`} />
      <Figure name="Emergencies" value={access.emergency} />
      <Figure
        name="Its people"
        value={users.total}
        note={`${inFigures(users.invited)} invited, ${inFigures(users.mfaEnabled)} with a second factor`}
      />
      <Figure
        name="Events in 30 days"
        value={activity.last30d}
        note={`${inFigures(activity.highRisk30d)} of high risk`}
      />
    </ul>
  )
}
