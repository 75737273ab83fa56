import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { grantsOnCustomerQuery } from '../../api/queries.ts'
import { useMay } from '../../profile.ts'
import { restrictionsOf } from '../../restrictions.ts'
import { LevelBadge, StatusBadge } from '../../ui/badges.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Facts } from '../../ui/page.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { inFigures, nameOf } from '../../words.ts'
import { EditGrantDialog } from './edit-dialog.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import { GrantSpan } from './grant-span.tsx'
import { GrantTimeline } from './grant-timeline.tsx'
import { GrantsThen } from './grants-then.tsx'
import { PersonName } from '../people/person-name.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import { VerdictNow } from './verdict.tsx'

type Grant = Schemas['Grant']
type Open = { dialog: 'grant' } | { dialog: 'edit' | 'revoke'; grant: Grant } | null

interface PairProps {
  technician: { id: string; firstName: string; lastName: string; email: string }
  customer: { id: string; name: string }
  /** An instant that is looked back at. */
  at?: string | undefined
}

/** All about one technician and one customer: may they, by which grant, and what there was before. */
export function PairView({ technician, customer, at }: PairProps) {
  const [open, setOpen] = useState<Open>(null)
  const grants = useQuery(
    grantsOnCustomerQuery(customer.id, { search: technician.lastName, limit: '100', sort: '-grantedAt' }),
  )
  const mayGrant = useMay('access.grant')
  const close = (): void => setOpen(null)
  return (
    <div className="pair">
      {at && <GrantsThen technicianId={technician.id} customer={customer} at={at} />}
      <VerdictNow technicianId={technician.id} customerOrgId={customer.id} />
      <Awaited of={grants}>
        {({ items }) => {
          const all = (items as Grant[]).filter(({ technicianId }) => technicianId === technician.id)
          const live = all.filter(({ status }) => status === 'active' || status === 'scheduled')
          const past = all.filter((grant) => !live.includes(grant))
          return (
            <>
              {live.map((grant) => (
                <GrantCard key={grant.id} grant={grant} open={setOpen} />
              ))}
              {live.length === 0 && <Nothing title={`${nameOf(technician)} has no access to ${customer.name}`} />}
              {mayGrant && (
                <Button mt="sm" size="xs" variant="default" onClick={() => setOpen({ dialog: 'grant' })}>
                  {live.length === 0 ? 'Grant access' : 'Grant more'}
                </Button>
              )}
              <History grants={past} />
            </>
          )
        }}
      </Awaited>
      {open?.dialog === 'grant' && (
        <GrantDialog
          technician={{ value: technician.id, label: nameOf(technician) }}
          customer={{ value: customer.id, label: customer.name }}
          close={close}
        />
      )}
      {open?.dialog === 'edit' && <EditGrantDialog grant={open.grant} close={close} />}
      {open?.dialog === 'revoke' && (
        <RevokeDialog accessId={open.grant.id} technician={nameOf(technician)} customer={customer.name} close={close} />
      )}
    </div>
  )
}

function GrantCard({ grant, open }: { grant: Grant; open: (what: Open) => void }) {
  const [mayUpdate, mayRevoke, mayHandOff] = [
    useMay('access.update'),
    useMay('access.revoke'),
    useMay('access.hand-off'),
  ]
  const limits = restrictionsOf(grant)
  return (
    <article className="grant-card">
      <Group justify="space-between">
        <LevelBadge level={grant.accessLevel} />
        <StatusBadge status={grant.status} />
      </Group>
      {grant.accessLevel === 'emergency' && grant.expiresAt && (
        <p className="emergency-left">
          <Icon name="emergency" size={16} /> Ends by itself in <Countdown to={grant.expiresAt} />
        </p>
      )}
      <GrantSpan grant={grant} />
      <Facts
        of={{
          From: <When at={grant.startsAt} />,
          Until: grant.expiresAt ? <When at={grant.expiresAt} /> : 'no end',
          'Last used': <When at={grant.lastUsedAt} />,
          Uses: inFigures(grant.usageCount),
          'Granted by': <PersonName id={grant.grantedBy} />,
          ...(grant.reason && { Reason: grant.reason }),
          ...(grant.notes && { Notes: grant.notes }),
          ...(limits.length > 0 && { Limits: limits.join(' · ') }),
        }}
      />
      <Group gap="xs" mt="sm">
        {mayUpdate && (
          <Button size="xs" variant="default" onClick={() => open({ dialog: 'edit', grant })}>
            Edit
          </Button>
        )}
        {mayHandOff && grant.accessLevel !== 'emergency' && (
          <LinkButton size="xs" variant="default" to="/handoff" search={{ from: grant.technicianId }}>
            Hand off
          </LinkButton>
        )}
        {mayRevoke && (
          <Button size="xs" variant="default" className="danger" onClick={() => open({ dialog: 'revoke', grant })}>
            Revoke
          </Button>
        )}
      </Group>
      <GrantTimeline accessId={grant.id} />
    </article>
  )
}

const History = ({ grants }: { grants: readonly Grant[] }) =>
  grants.length > 0 && (
    <section className="history" aria-label="Before">
      <h3>Before</h3>
      <ol className="timeline">
        {grants.map((grant) => (
          <li key={grant.id}>
            <LevelBadge level={grant.accessLevel} /> <StatusBadge status={grant.status} />
            <p className="dim">
              <When at={grant.startsAt} /> – <When at={grant.revokedAt ?? grant.expiresAt} />
              {grant.revokedReason && ` · ${grant.revokedReason}`}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
