import { Button, TextInput } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { ApiError, Schemas } from '../../api/client.ts'
import { checkQuery, grantsOfTechnicianQuery } from '../../api/queries.ts'
import { useRenew } from '../../api/renew.ts'
import { useProfile } from '../../profile.ts'
import { restrictionsOf } from '../../restrictions.ts'
import { LevelBadge, StatusBadge } from '../../ui/badges.tsx'
import { Pager } from '../../ui/data-table.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { Icon } from '../../ui/icons.tsx'
import { notice } from '../../ui/notice.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Awaited, Broken, Nothing } from '../../ui/states.tsx'
import { useForm } from '../../ui/use-form.ts'
import { When } from '../../ui/when.tsx'
import { messageOf, reasonNames } from '../../words.ts'
import { nextOpening } from './next-opening.ts'

type Grant = Schemas['Grant']

/** A technician's day: whom they reach now, what opens when, why something is shut. */
export function MyAccessPage() {
  const { id, firstName } = useProfile()
  const [page, setPage] = useState(1)
  const active = useQuery(
    grantsOfTechnicianQuery(id, { status: 'active', page: String(page), limit: '24', sort: '-lastUsedAt' }),
  )
  const coming = useQuery(grantsOfTechnicianQuery(id, { status: 'scheduled', limit: '20' }))
  const [recording, setRecording] = useState<Grant | null>(null)
  return (
    <Page title="My access" lead={`Good to see you, ${firstName}. These are the customers that you were given.`}>
      <Awaited of={active}>
        {(found) =>
          found.total === 0 ? (
            <Nothing title="You can reach no customer now">Ask an account manager for access.</Nothing>
          ) : (
            <>
              <Tiles grants={found.items} record={setRecording} />
              <Pager page={found} onPage={setPage} />
            </>
          )
        }
      </Awaited>
      {coming.error && <Broken error={coming.error} retry={coming.refetch} />}
      {coming.data && coming.data.total > 0 && (
        <Section title="Opens later">
          <ul className="plain-list">
            {coming.data.items.map((grant) => (
              <li key={grant.id}>
                <strong>{grant.customer.name}</strong> <LevelBadge level={grant.accessLevel} /> from{' '}
                <When at={grant.startsAt} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {recording && <RecordDialog grant={recording} close={() => setRecording(null)} />}
    </Page>
  )
}

/** Emergencies first, then what is open, then what is shut. */
function Tiles({ grants, record }: { grants: readonly Grant[]; record: (grant: Grant) => void }) {
  const checks = useQueries({
    queries: grants.map(({ technicianId, customerOrgId }) => checkQuery({ technicianId, customerOrgId })),
  })
  const judged = grants.map((grant, at) => ({ grant, check: checks[at]?.data, fault: checks[at]?.error }))
  const rank = ({ grant, check }: Omit<Judged, 'fault'>): number =>
    grant.accessLevel === 'emergency' ? 0 : isOpenBy(grant, check) ? 1 : 2
  return (
    <ul className="tiles" aria-label="My access">
      {judged
        .toSorted((a, b) => rank(a) - rank(b))
        .map(({ grant, check, fault }) => (
          <Tile key={grant.id} grant={grant} check={check} fault={fault} record={() => record(grant)} />
        ))}
    </ul>
  )
}

interface Judged {
  grant: Grant
  check: Schemas['AccessCheck'] | undefined
  /** Why it could not be decided. */
  fault: unknown
}

/** Until it is decided, it is shown as open. */
const isOpenBy = (grant: Grant, check: Judged['check']): boolean =>
  check === undefined || check.grantIds.includes(grant.id)

function Tile({ grant, check, fault, record }: Judged & { record: () => void }) {
  const isOpen = check !== undefined && isOpenBy(grant, check)
  const opens = grant.timeRestrictions && nextOpening(grant.timeRestrictions, new Date())
  const isEmergency = grant.accessLevel === 'emergency'
  return (
    <li
      className={['tile', check && !isOpen && 'tile-shut', isEmergency && 'tile-emergency'].filter(Boolean).join(' ')}
    >
      <div className="tile-head">
        {isOpen ? (
          <Link to="/customers/$customerId" params={{ customerId: grant.customerOrgId }} className="strong-link">
            {grant.customer.name}
          </Link>
        ) : (
          <strong>{grant.customer.name}</strong>
        )}
        <LevelBadge level={grant.accessLevel} />
      </div>
      {check === undefined && (
        <p className="dim" role={fault ? 'alert' : 'status'}>
          {fault ? `Whether it is open now could not be asked: ${messageOf(fault)}` : 'Looking whether it is open now…'}
        </p>
      )}
      {check && !isOpen && (
        <p className="shut">
          <Icon name="lock" size={15} /> Not now:{' '}
          {check.reasons.map((reason) => reasonNames[reason] ?? reason).join('; ')}.
        </p>
      )}
      {opens && check?.reasons.includes('outside_time_window') && (
        <p>
          Opens{' '}
          <strong>
            <When at={opens} />
          </strong>
          , <When at={opens} relative />
        </p>
      )}
      {restrictionsOf(grant).map((limit) => (
        <p key={limit} className="dim">
          {limit}
        </p>
      ))}
      <p className="dim">
        {isEmergency && grant.expiresAt ? (
          <>
            Ends by itself in <Countdown to={grant.expiresAt} />
          </>
        ) : grant.expiresAt ? (
          <>
            Ends <When at={grant.expiresAt} relative />
          </>
        ) : (
          'Until it is revoked'
        )}
        {grant.lastUsedAt ? (
          <>
            {' · used '}
            <When at={grant.lastUsedAt} relative />
          </>
        ) : (
          ' · never used'
        )}
      </p>
      {isOpen && (
        <Button size="compact-sm" variant="default" onClick={record}>
          Record what I did
        </Button>
      )}
      {grant.status !== 'active' && <StatusBadge status={grant.status} />}
    </li>
  )
}

function RecordDialog({ grant, close }: { grant: Grant; close: () => void }) {
  const renew = useRenew()
  const form = useForm({
    initial: { service: grant.allowedServices?.[0] ?? '', action: '', ticket: '', minutes: '' },
    check: ({ action, service, minutes }) => ({
      ...(action.trim() === '' && { action: 'Say in a few words what you did.' }),
      ...(service.trim() === '' && { service: 'Say on which service.' }),
      ...(minutes !== '' && !(Number(minutes) > 0) && { minutes: 'A number, such as 15.' }),
    }),
    send: async ({ service, action, ticket, minutes }) => {
      await ask(
        api.POST('/api/technician-access/{accessId}/record-access', {
          params: { path: { accessId: grant.id } },
          body: {
            service: service.trim(),
            action: action.trim(),
            accessLevel: grant.accessLevel,
            ...(ticket.trim() && { ticket: ticket.trim() }),
            ...(minutes && { durationSeconds: Math.round(Number(minutes) * 60) }),
          },
        }),
      )
      await renew()
      notice(`Recorded in the trail of ${grant.customer.name}.`)
      close()
    },
    explain: ({ code, details }: ApiError) => {
      if (code !== 'access_restricted') return false
      const { reasons = [] } = (details ?? {}) as { reasons?: string[] }
      return `Not now: ${reasons.map((reason) => reasonNames[reason] ?? reason).join('; ')}.`
    },
  })
  return (
    <Dialog title={`What I did at ${grant.customer.name}`} close={close} size="md">
      <FormView form={form} submit="Record" cancel={close}>
        <TextInput
          label="What"
          placeholder="Reviewed the alerts of the night"
          data-autofocus
          {...form.text('action')}
        />
        <TextInput label="Service" placeholder="siem" {...form.text('service')} />
        <div className="side-by-side">
          <TextInput label="Ticket – optional" {...form.text('ticket')} />
          <TextInput label="Minutes – optional" inputMode="numeric" {...form.text('minutes')} />
        </div>
      </FormView>
    </Dialog>
  )
}
