import type { Schemas } from '../../api/client.ts'
import { controlStatuses } from '../../search.ts'
import type { ComplianceSearch } from '../../search.ts'
import { Facts, Section } from '../../ui/page.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { counted, inFigures } from '../../words.ts'
import { Controls } from './controls.tsx'
import { StatusRing } from './status-ring.tsx'
import { statusHints, statusNames } from './status.ts'

type Made = Schemas['ComplianceReport']

interface ReportProps {
  report: Made
  status: ComplianceSearch['status']
  choose: (status: ComplianceSearch['status']) => void
}

export function Report({ report, status, choose }: ReportProps) {
  const { framework, organization, controls, summary, generatedAt, generatedBy } = report
  return (
    <>
      <div className="halves">
        <Section
          title={framework.name}
          hint={
            <>
              {organization?.name ?? 'The whole platform'} · <When at={report.from} /> – <When at={report.to} />
              <br />
              Made <When at={generatedAt} /> by {generatedBy}
            </>
          }
        >
          <div className="report-summary">
            <StatusRing summary={summary} total={controls.length} />
            <ul className="status-list" aria-label="Controls by status">
              {controlStatuses.map((one) => (
                <li key={one}>
                  <button
                    type="button"
                    aria-pressed={status === one}
                    disabled={summary[one] === 0}
                    onClick={() => choose(status === one ? undefined : one)}
                  >
                    <span className={`status-dot status-${one}`} aria-hidden />
                    <strong>{inFigures(summary[one])}</strong>
                    <span>
                      {statusNames[one]}
                      <span className="dim status-hint">{statusHints[one]}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </Section>
        <Section title="Where the exceptions are" hint="By what was looked at">
          <ExceptionBars report={report} />
        </Section>
      </div>
      <Section
        title={status ? `Controls: ${statusNames[status].toLowerCase()}` : 'Controls'}
        hint="Open one to see what it rests on. Ids are the framework’s; titles are our own words."
        actions={
          status && (
            <button type="button" className="plain text-link" onClick={() => choose(undefined)}>
              Show all {inFigures(controls.length)}
            </button>
          )
        }
      >
        <Controls report={report} status={status} />
      </Section>
      <IntegritySection integrity={report.integrity} />
    </>
  )
}

const ExceptionBars = ({ report: { evidence } }: { report: Made }) => {
  const worst = evidence
    .filter(({ exceptionsTotal }) => exceptionsTotal > 0)
    .toSorted((a, b) => b.exceptionsTotal - a.exceptionsTotal)
  const most = Math.max(1, ...worst.map(({ exceptionsTotal }) => exceptionsTotal))
  if (worst.length === 0) return <Nothing title="No exceptions">Nothing that was looked at is one.</Nothing>
  return (
    <ol className="ranking exceptions-ranking">
      {worst.map(({ id, title, exceptionsTotal, population }) => (
        <li key={id}>
          <span>{title}</span>
          <meter
            min={0}
            max={most}
            value={exceptionsTotal}
            aria-label={`${title}: ${counted(exceptionsTotal, 'exception')}`}
          />
          <span>
            {inFigures(exceptionsTotal)}
            <span className="dim"> of {inFigures(Math.max(population, exceptionsTotal))}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

const IntegritySection = ({ integrity }: { integrity: Made['integrity'] }) => (
  <Section title="Integrity of the records" hint="Of the period, when the report was made">
    <Facts
      of={{
        Events: inFigures(integrity.events),
        'In a signed tree': inFigures(integrity.sealed),
        'Waiting for it': inFigures(integrity.events - integrity.sealed - integrity.unaccounted),
        'Written by no server': inFigures(integrity.unaccounted),
        Checkpoint: integrity.checkpoint ? (
          <>
            No. {inFigures(integrity.checkpoint.id)}, <When at={integrity.checkpoint.createdAt} />
          </>
        ) : (
          'None yet'
        ),
      }}
    />
  </Section>
)
