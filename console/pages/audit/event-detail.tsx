import { Button, Group } from '@mantine/core'
import type { Schemas } from '../../api/client.ts'
import { useMay } from '../../profile.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { Facts } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { actionName } from '../../words.ts'
import { diffOf } from './diff.ts'
import type { Change } from './filter.ts'
import { OrganizationName } from './names.tsx'
import { ProofSection } from './proof-section.tsx'

interface EventDetailProps {
  event: Schemas['AuditEvent']
  narrow: Change
}

export function EventDetail({ event, narrow }: EventDetailProps) {
  const mayProve = useMay('audit.integrity')
  const changes = diffOf(event.changes)
  const { actor } = event
  return (
    <div className="event-detail">
      <p className="event-says">{event.description}</p>
      <Group gap="xs">
        <StatusBadge status={event.outcome} />
        <span className={`chip chip-risk-${event.riskLevel}`}>
          <span className={`risk-dot risk-${event.riskLevel}`} aria-hidden /> {actionName(event.riskLevel)} risk
        </span>
        {event.riskFactors.map((factor) => (
          <span key={factor} className="chip">
            {actionName(factor)}
          </span>
        ))}
      </Group>
      <Facts
        of={{
          When: <When at={event.occurredAt} />,
          Who: actor?.email ?? 'Nobody known',
          ...(actor?.role && { 'In the role': actionName(actor.role) }),
          Organization: <OrganizationName id={event.organizationId} />,
          'From address': event.ipAddress ? <code>{event.ipAddress}</code> : 'None',
          Action: <code>{event.action}</code>,
          ...(event.resourceType && {
            [`About the ${actionName(event.resourceType).toLowerCase()}`]: <code>{event.resourceId ?? 'unknown'}</code>,
          }),
          Sequence: event.sequence ?? 'Not sealed yet',
        }}
      />
      {event.erased.length > 0 && (
        <p className="dim">What was personal of it has been erased. The trail stands for the rest as before.</p>
      )}
      {changes.length > 0 && (
        <section aria-label="What changed">
          <h3 className="small-heading">What changed</h3>
          <Diff changes={changes} />
        </section>
      )}
      {mayProve && <ProofSection event={event} />}
      <details>
        <summary>Everything else</summary>
        <Facts
          of={{
            Browser: event.userAgent ?? 'None',
            Request: event.requestId ? <code>{event.requestId}</code> : 'None',
            Session: event.sessionId ? <code>{event.sessionId}</code> : 'None',
            Frameworks: event.frameworks.length > 0 ? event.frameworks.join(', ') : 'None',
            Event: <code>{event.id}</code>,
          }}
        />
        {hasMore(event.details) && <pre tabIndex={0}>{JSON.stringify(event.details, null, 2)}</pre>}
      </details>
      <Group gap="xs">
        {actor && (
          <Button size="xs" variant="default" onClick={() => narrow({ userId: actor.userId, event: undefined })}>
            All they did
          </Button>
        )}
        {event.resourceId && (
          <Button
            size="xs"
            variant="default"
            onClick={() => narrow({ resourceId: event.resourceId ?? undefined, event: undefined })}
          >
            All about this {actionName(event.resourceType ?? 'resource').toLowerCase()}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => narrow({ action: event.action, event: undefined })}>
          All of this kind
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => narrow({ organizationId: event.organizationId, event: undefined })}
        >
          All of this organization
        </Button>
      </Group>
    </div>
  )
}

const Diff = ({ changes }: { changes: ReturnType<typeof diffOf> }) => (
  <table className="diff">
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Before</th>
        <th scope="col">After</th>
      </tr>
    </thead>
    <tbody>
      {changes.map(({ field, before, after }) => (
        <tr key={field}>
          <th scope="row">{fieldName(field)}</th>
          <td className="diff-before">{before}</td>
          <td className="diff-after">{after}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** `allowedServices` and `allowed_services` → `Allowed services`. */
const fieldName = (field: string): string =>
  actionName(field.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))

const hasMore = (details: unknown): boolean =>
  typeof details === 'object' && details !== null && Object.keys(details).length > 0
