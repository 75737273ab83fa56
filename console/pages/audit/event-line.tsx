import type { Schemas } from '../../api/client.ts'
import { StatusBadge } from '../../ui/badges.tsx'
import { When } from '../../ui/when.tsx'
import { actionName } from '../../words.ts'

type Event = Pick<Schemas['AuditEvent'], 'id' | 'occurredAt' | 'action' | 'description' | 'outcome'> &
  Partial<Pick<Schemas['AuditEvent'], 'actor' | 'riskLevel'>>

/** One event on one line, and what stands out of it. */
export const EventLine = ({ event }: { event: Event }) => (
  <div className="event-line">
    <span className={`risk-dot risk-${event.riskLevel ?? 'low'}`} aria-hidden />
    <div className="event-words">
      <p>{event.description || actionName(event.action)}</p>
      <p className="dim">
        <When at={event.occurredAt} /> {event.actor?.email && `· ${event.actor.email}`}
      </p>
    </div>
    {event.outcome !== 'success' && <StatusBadge status={event.outcome} />}
    {(event.riskLevel === 'high' || event.riskLevel === 'critical') && <StatusBadge status={event.riskLevel} />}
  </div>
)
