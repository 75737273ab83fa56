import { Alert, Button, Checkbox, Group, Stepper, Switch, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask } from '../api/client.ts'
import type { Schemas } from '../api/client.ts'
import { grantsOfTechnicianQuery } from '../api/queries.ts'
import { useRenew } from '../api/renew.ts'
import { LevelBadge } from '../ui/badges.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Awaited, Broken, Nothing } from '../ui/states.tsx'
import { counted, skipReasons } from '../words.ts'
import { GranteePick, KnownGranteePick } from './grants/party-picks.tsx'

const route = getRouteApi('/handoff')
const MOST = '100'

interface Plan {
  from: string | null
  to: string | null
  /** Null for all of them. */
  customers: string[] | null
  reason: string
  keep: boolean
}

/** Hands the customers of one technician to another, in three steps; what will happen is shown before it does. */
export function HandoffPage() {
  const asked = route.useSearch()
  const [step, setStep] = useState(0)
  const [plan, setPlan] = useState<Plan>({
    from: asked.from ?? null,
    to: null,
    customers: asked.customers?.split('.') ?? null,
    reason: '',
    keep: false,
  })
  const [preview, setPreview] = useState<Schemas['HandOff'] | null>(null)
  const [done, setDone] = useState<Schemas['HandOff'] | null>(null)
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const renew = useRenew()
  const change = (next: Partial<Plan>): void => setPlan((now) => ({ ...now, ...next }))
  const grants = useQuery({
    ...grantsOfTechnicianQuery(plan.from ?? '', { status: 'active', limit: MOST }),
    enabled: plan.from !== null,
  })

  async function send(dryRun: boolean): Promise<void> {
    setBusy(true)
    setFault(null)
    try {
      const answer = await ask(api.POST('/api/access-management/handoff', { body: bodyOf(plan, dryRun) }))
      if (dryRun) {
        setPreview(answer)
        setStep(2)
      } else {
        await renew()
        setDone(answer)
      }
    } catch (error) {
      setFault(error)
    } finally {
      setBusy(false)
    }
  }

  const named = new Map(grants.data?.items.map(({ customerOrgId, customer }) => [customerOrgId, customer.name]))
  if (done) {
    return (
      <Page title="Handed off" lead={`${counted(done.transferred.length, 'customer')} changed hands.`}>
        <Section>
          <Outcome of={done} named={named} />
          <Group mt="md">
            <Link to="/matrix" className="text-link">
              Look at the matrix
            </Link>
          </Group>
        </Section>
      </Page>
    )
  }
  const isWhole = plan.from !== null && plan.to !== null && plan.from !== plan.to
  return (
    <Page title="Handoff" lead="Give the customers of one technician to another. Emergencies stay where they are.">
      <Section narrow>
        <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false} size="sm">
          <Stepper.Step label="Who">
            <Who plan={plan} change={change} />
            <Group justify="flex-end" mt="md">
              <Button disabled={!isWhole} onClick={() => setStep(1)}>
                Next
              </Button>
            </Group>
          </Stepper.Step>
          <Stepper.Step label="What and why">
            <Awaited of={grants}>
              {({ items, total }) => (
                <CustomerChoice
                  items={items}
                  total={total}
                  chosen={plan.customers}
                  choose={(customers) => change({ customers })}
                />
              )}
            </Awaited>
            <Switch
              mt="md"
              label="Both have access from now on"
              description="Otherwise the access of the first ends."
              checked={plan.keep}
              onChange={({ currentTarget }) => change({ keep: currentTarget.checked })}
            />
            <Textarea
              mt="md"
              label="Reason"
              description="Stands in the trail of every customer."
              autosize
              minRows={2}
              value={plan.reason}
              onChange={({ currentTarget }) => change({ reason: currentTarget.value })}
            />
            {fault !== null && <Broken error={fault} />}
            <Group justify="flex-end" mt="md">
              <Button variant="default" onClick={() => setStep(0)}>
                Back
              </Button>
              <Button
                loading={busy}
                disabled={plan.reason.trim() === '' || plan.customers?.length === 0}
                onClick={() => void send(true)}
              >
                Show what will happen
              </Button>
            </Group>
          </Stepper.Step>
          <Stepper.Step label="Confirm">
            {preview && <Outcome of={preview} named={named} />}
            {fault !== null && <Broken error={fault} />}
            <Group justify="flex-end" mt="md">
              <Button variant="default" onClick={() => setStep(1)}>
                Back
              </Button>
              <Button loading={busy} disabled={preview?.transferred.length === 0} onClick={() => void send(false)}>
                Hand off {counted(preview?.transferred.length ?? 0, 'customer')}
              </Button>
            </Group>
          </Stepper.Step>
        </Stepper>
      </Section>
    </Page>
  )
}

const bodyOf = ({ from, to, customers, reason, keep }: Plan, dryRun: boolean): Schemas['HandOffAccessInput'] => ({
  fromTechnicianId: from ?? '',
  toTechnicianId: to ?? '',
  ...(customers && { customerOrgIds: customers }),
  reason: reason.trim(),
  maintainOriginalAccess: keep,
  dryRun,
})

const Who = ({ plan, change }: { plan: Plan; change: (next: Partial<Plan>) => void }) => (
  <div className="form">
    <KnownGranteePick name="from" label="From" value={plan.from} onPick={(from) => change({ from, customers: null })} />
    <GranteePick
      name="to"
      label="To"
      value={plan.to}
      onPick={(to) => change({ to })}
      error={plan.to !== null && plan.to === plan.from ? 'Choose somebody else.' : undefined}
    />
  </div>
)

interface CustomerChoiceProps {
  items: readonly Schemas['Grant'][]
  total: number
  chosen: string[] | null
  choose: (chosen: string[] | null) => void
}

function CustomerChoice({ items, total, chosen, choose }: CustomerChoiceProps) {
  const standing = items.filter(({ accessLevel }) => accessLevel !== 'emergency')
  if (standing.length === 0) return <Nothing title="There is nothing to hand over" />
  const all = standing.map(({ customerOrgId }) => customerOrgId)
  return (
    <fieldset className="pick-list">
      <legend>Customers</legend>
      <Checkbox
        label={`All ${total > items.length ? total : standing.length}`}
        checked={chosen === null}
        onChange={({ currentTarget }) => choose(currentTarget.checked ? null : all)}
      />
      {chosen !== null && (
        <Checkbox.Group value={chosen} onChange={choose}>
          <div className="pick-grid">
            {standing.map((grant) => (
              <Checkbox
                key={grant.id}
                value={grant.customerOrgId}
                label={
                  <span>
                    {grant.customer.name} <LevelBadge level={grant.accessLevel} />
                  </span>
                }
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </fieldset>
  )
}

const Outcome = ({ of: { transferred, skipped }, named }: { of: Schemas['HandOff']; named: Map<string, string> }) => (
  <>
    <ul className="plain-list" aria-label="What changes hands">
      {transferred.map(({ customerOrgId, outcome }) => (
        <li key={customerOrgId}>
          <strong>{named.get(customerOrgId) ?? customerOrgId}</strong>{' '}
          <span className="dim">
            {outcome === 'created'
              ? 'a new grant of the same kind'
              : 'joined with the grant that is there; the wider one stays'}
          </span>
        </li>
      ))}
    </ul>
    {skipped.length > 0 && (
      <Alert variant="light" color="yellow" mt="md" title={`${counted(skipped.length, 'customer')} left out`}>
        {skipped.map(({ customerOrgId, reason }) => (
          <Text size="sm" key={customerOrgId}>
            {named.get(customerOrgId) ?? customerOrgId}: {skipReasons[reason] ?? reason}
          </Text>
        ))}
      </Alert>
    )}
  </>
)
