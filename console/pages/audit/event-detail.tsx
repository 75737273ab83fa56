import { Button, Group } from '@mantine/core'
import type { Schemas } from '../../api/client.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { Facts } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { actionName } from '../../words.ts'
import { diffOf } from './diff.ts'

interface EventDetailProps {
  event: Schemas['AuditEvent']
  narrow: (next: { userId?: string; organizationId?: string; action?: string }) => void
}

export function EventDetail({ event, narrow }: EventDetailProps) {
  const changes = diffOf(event.changes)
  const { actor } = event
  return (
    <div className="event-detail">
      <p>{event.description}</p>
      <Group gap="xs">
        <StatusBadge status={event.outcome} />
        <StatusBadge status={event.riskLevel} />
        {event.riskFactors.map((factor) => (
          <span key={factor} className="chip">
            {actionName(factor)}
          </span>
        ))}
      </Group>
      <Facts
        of={{
          When: <When at={event.occurredAt} />,
          Who: actor?.email ?? 'nobody known',
          ...(actor?.role && { 'In the role': actionName(actor.role) }),
          'From address': event.ipAddress ?? 'none',
          Browser: event.userAgent ?? 'none',
          Action: <code>{event.action}</code>,
          ...(event.resourceType && { About: `${actionName(event.resourceType)} ${event.resourceId ?? ''}` }),
          ...(event.requestId && { Request: <code>{event.requestId}</code> }),
          Sequence: event.sequence ?? 'not sealed yet',
          ...(event.frameworks.length > 0 && { Frameworks: event.frameworks.join(', ') }),
        }}
      />
      {changes.length > 0 && (
        <>
          <h3 className="small-heading">What changed</h3>
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
                  <th scope="row">{field}</th>
                  <td className="diff-before">{before}</td>
                  <td className="diff-after">{after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {hasMore(event.details) && (
        <>
          <h3 className="small-heading">Details</h3>
          <pre tabIndex={0}>{JSON.stringify(event.details, null, 2)}</pre>
        </>
      )}
      <Group gap="xs" mt="md">
        {actor && (
          <Button size="xs" variant="default" onClick={() => narrow({ userId: actor.userId })}>
            All they did
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => narrow({ action: event.action })}>
          All of this kind
        </Button>
        <Button size="xs" variant="default" onClick={() => narrow({ organizationId: event.organizationId })}>
          All of this organization
        </Button>
      </Group>
    </div>
  )
}

const hasMore = (details: unknown): boolean =>
  typeof details === 'object' && details !== null && Object.keys(details).length > 0
