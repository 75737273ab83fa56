import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import type { AuditSearch, ComplianceSearch } from '../../search.ts'
import { Icon } from '../../ui/icons.tsx'
import { When } from '../../ui/when.tsx'
import { actionName, counted, inFigures } from '../../words.ts'
import { statusNames, statusTones } from './status.ts'

type Report = Schemas['ComplianceReport']
type Evidence = Schemas['ComplianceEvidence']
type Exception = Schemas['ComplianceException']

const FEW = 8

interface ControlsProps {
  report: Report
  status: ComplianceSearch['status']
}

export const Controls = ({ report: { controls, evidence }, status: wanted }: ControlsProps) => (
  <ul className="controls" aria-label="Controls">
    {controls
      .filter(({ status }) => wanted === undefined || status === wanted)
      .map(({ id, title, status, evidence: rests }) => (
        <li key={id}>
          <details>
            <summary>
              <code className="control-id">{id}</code>
              <span className="control-title">{title}</span>
              <ControlStatus status={status} />
              <Icon name="down" size={16} className="fold-mark" />
            </summary>
            <div className="control-body">
              {rests.length === 0 && (
                <p className="dim">The records of the platform say nothing of this one. A person has to look.</p>
              )}
              {evidence
                .filter((one) => rests.includes(one.id))
                .map((one) => (
                  <EvidenceView key={one.id} evidence={one} />
                ))}
            </div>
          </details>
        </li>
      ))}
  </ul>
)

const ControlStatus = ({ status }: { status: keyof typeof statusNames }) => (
  <Badge variant="default" radius="sm" className={`tone tone-${statusTones[status]}`} tt="none">
    {statusNames[status]}
  </Badge>
)

function EvidenceView({ evidence }: { evidence: Evidence }) {
  const { title, counts, status, population, exceptionsTotal, exceptions, figures } = evidence
  const [all, setAll] = useState(false)
  return (
    <section className="evidence" aria-label={title}>
      <div className="evidence-head">
        <h3>{title}</h3>
        <ControlStatus status={status} />
      </div>
      <p className="dim">
        {inFigures(population)} looked at, {counted(exceptionsTotal, 'exception')}
        {Object.entries(figures).map(([name, figure]) => ` · ${wordsOf(name)} ${inFigures(figure)}`)}. Counts as an
        exception: {counts.charAt(0).toLowerCase() + counts.slice(1)}.
      </p>
      {exceptions.length > 0 && (
        <ul className="exceptions">
          {exceptions.slice(0, all ? undefined : FEW).map((exception) => (
            <li key={`${exception.subject.id} ${exception.at} ${exception.eventId}`}>
              <ExceptionLine exception={exception} />
            </li>
          ))}
        </ul>
      )}
      {exceptions.length > FEW && (
        <button type="button" className="plain text-link" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${counted(exceptions.length, 'exception')}`}
        </button>
      )}
      {all && exceptionsTotal > exceptions.length && (
        <p className="dim">The first {inFigures(exceptions.length)}; the trail has the rest.</p>
      )}
    </section>
  )
}

const ExceptionLine = ({ exception }: { exception: Exception }) => (
  <>
    <span className="exception-when">{exception.at ? <When at={exception.at} /> : 'Now'}</span>
    <span className="break">{exception.description}</span>
    <Link to="/audit" search={eventsOf(exception)} className="text-link">
      {exception.eventId ? 'The event' : `The ${actionName(exception.subject.type).toLowerCase()} in the trail`}
    </Link>
  </>
)

/** Where the trail tells of it: the event itself, or all about what is named. */
function eventsOf({ eventId, at, organizationId, subject }: Exception): AuditSearch {
  const where = organizationId === null ? {} : { organizationId }
  if (eventId === null || at === null) return { ...where, resourceId: subject.id, last: '1y' }
  return { ...where, from: at, to: new Date(Date.parse(at) + 1).toISOString(), event: eventId }
}

/** `withoutReason` → `without reason`. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
