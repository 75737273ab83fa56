import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { auditStatsQuery, summaryQuery } from '../api/queries.ts'
import type { Schemas } from '../api/client.ts'
import { useMay, useProfile } from '../profile.ts'
import { Icon } from '../ui/icons.tsx'
import { LinkButton } from '../ui/link-button.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Awaited, Nothing, Waiting } from '../ui/states.tsx'
import { Bars } from '../ui/bars.tsx'
import { counted, inFigures, nameOf } from '../words.ts'
import { useAlarms } from './overview/alarms.tsx'
import type { Need } from './overview/alarms.tsx'
import { StoodOut } from './overview/stood-out.tsx'
import { Trends } from './overview/trends.tsx'

/** What needs somebody now, then how things stand. */
export function OverviewPage() {
  const { firstName } = useProfile()
  const summary = useQuery(summaryQuery)
  const seesTrail = useMay('audit.stats')
  return (
    <Page title="Overview" lead={`Good to see you, ${firstName}.`}>
      <Awaited of={summary}>
        {(figures) => (
          <>
            <NeedsMe figures={figures} />
            {seesTrail && <Trends />}
            <Figures figures={figures} />
            <div className="halves">
              {seesTrail && <Activity />}
              <TopTechnicians figures={figures} />
            </div>
          </>
        )}
      </Awaited>
    </Page>
  )
}

type Figures = Schemas['AccessSummary']

function NeedsMe({ figures }: { figures: Figures }) {
  const alarms = useAlarms()
  const needs = [...alarms.needs, ...needsOf(figures)]
  return (
    <Section title="Needs you now">
      {alarms.pending && <Waiting rows={1} />}
      {needs.length === 0 && !alarms.pending ? (
        <Nothing title="Nothing waits for you">
          No open reviews, nothing about to end, nobody out of reach, and nobody at the door who should not be.
        </Nothing>
      ) : (
        <ul className="needs">
          {needs.map(({ icon, words, help, urgent }) => (
            <li key={words} className={urgent ? 'urgent' : undefined}>
              <Icon name={icon} />
              <span>{words}</span>
              {help}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

const needsOf = ({ openEmergencyReviews, grants, customersWithoutAccess, unusedFor90Days }: Figures): Need[] => [
  ...(openEmergencyReviews > 0
    ? [
        {
          icon: 'emergency' as const,
          words: `${counted(openEmergencyReviews, 'emergency', 'emergencies')} to review`,
          help: <Help to="/reviews">Review</Help>,
          urgent: true,
        },
      ]
    : []),
  ...(grants.expiringWithin7Days > 0
    ? [
        {
          icon: 'clock' as const,
          words: `${counted(grants.expiringWithin7Days, 'grant')} will expire within 7 days`,
          help: (
            <LinkButton to="/matrix" search={{ mark: 'expiring' }} size="compact-sm" variant="default">
              Look at them
            </LinkButton>
          ),
        },
      ]
    : []),
  ...(customersWithoutAccess > 0
    ? [
        {
          icon: 'customers' as const,
          words: `${counted(customersWithoutAccess, 'customer')} that nobody can reach`,
          help: <Help to="/matrix">Find them</Help>,
        },
      ]
    : []),
  ...(unusedFor90Days > 0
    ? [
        {
          icon: 'lock' as const,
          words: `${counted(unusedFor90Days, 'grant')} unused for 90 days`,
          help: (
            <LinkButton to="/matrix" search={{ mark: 'unused' }} size="compact-sm" variant="default">
              Look at them
            </LinkButton>
          ),
        },
      ]
    : []),
]

const Help = ({ to, children }: { to: '/reviews' | '/matrix'; children: ReactNode }) => (
  <LinkButton to={to} size="compact-sm" variant="default">
    {children}
  </LinkButton>
)

const Figures = ({ figures: { grants, byLevel, ...figures } }: { figures: Figures }) => (
  <ul className="figures" aria-label="Figures">
    <Figure
      name="Active grants"
      value={grants.active}
      note={`${inFigures(figures.recentGrants24h)} new, ${inFigures(figures.recentRevocations24h)} revoked in 24\u00a0h`}
    />
    <Figure name="Full access" value={byLevel.full_access} note={`${inFigures(byLevel.read_only)} read only`} />
    <Figure
      name="Emergencies under way"
      value={grants.emergency}
      note={`${inFigures(figures.openEmergencyReviews)} to review`}
    />
    <Figure name="People with access" value={figures.techniciansWithAccess} />
    <Figure
      name="Customers in reach"
      value={figures.customersWithAccess}
      note={`${inFigures(figures.customersWithoutAccess)} without anybody`}
    />
    <Figure name="Scheduled" value={grants.scheduled} note={`${inFigures(grants.expiringWithin7Days)} expiring soon`} />
  </ul>
)

export const Figure = ({ name, value, note }: { name: string; value: number; note?: string }) => (
  <li className="figure">
    <span className="figure-name">{name}</span>
    <strong className="figure-value">{inFigures(value)}</strong>
    {note && <span className="figure-note">{note}</span>}
  </li>
)

const DAYS = 14
const DAY_MS = 86_400_000
const daysAgo = (): string => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - (DAYS - 1) * DAY_MS).toISOString()

function Activity() {
  const { timezone } = useProfile()
  const stats = useQuery(auditStatsQuery({ from: daysAgo(), interval: 'day', timezone }))
  return (
    <Section
      title="Activity"
      hint={`Events in the trail, ${DAYS} days`}
      actions={
        <Link to="/audit" className="text-link">
          Audit trail
        </Link>
      }
    >
      <Awaited of={stats}>
        {({ timeline, failedLogins, total }) => (
          <>
            <Bars
              label="Events by day"
              bars={timeline.map(({ start, total: all, highRisk }) => ({ at: start, value: all, marked: highRisk }))}
            />
            <p className="dim">
              {counted(total, 'event')}, {counted(failedLogins, 'failed sign-in')},{' '}
              {counted(
                timeline.reduce((sum, { highRisk }) => sum + highRisk, 0),
                'event',
              )}{' '}
              of high risk. The latest of these:
            </p>
            <StoodOut />
          </>
        )}
      </Awaited>
    </Section>
  )
}

const TopTechnicians = ({ figures: { topTechnicians } }: { figures: Figures }) => {
  const most = Math.max(1, ...topTechnicians.map(({ activeGrants }) => activeGrants))
  return (
    <Section title="Most reach" hint="People with the most active grants">
      {topTechnicians.length === 0 ? (
        <Nothing title="Nobody has access yet" />
      ) : (
        <ol className="ranking">
          {topTechnicians.map(({ technician, activeGrants }) => (
            <li key={technician.id}>
              <Link to="/people/$userId" params={{ userId: technician.id }} className="strong-link">
                {nameOf(technician)}
              </Link>
              <meter min={0} max={most} value={activeGrants} aria-label={`${nameOf(technician)}, active grants`} />
              <span>{inFigures(activeGrants)}</span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
