import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { actionName, counted, inFigures } from '../../words.ts'
import { manyOf } from './filter.ts'
import type { Change, Filter } from './filter.ts'
import type { Period } from './period.ts'
import { useStats } from './use-stats.ts'

interface FacetsProps {
  filter: Filter
  period: Period
  change: Change
}

type Stats = Schemas['AuditStats']
type Field = 'riskLevel' | 'outcome' | 'category' | 'action' | 'userId'

const MOST = 8
const risks = ['critical', 'high', 'medium', 'low']

/** What there is of each kind; each narrows everything else. */
export function Facets(props: FacetsProps) {
  const isNarrow = useMediaQuery('(max-width: 860px)', false, { getInitialValueInEffect: false })
  const [open, setOpen] = useState(!isNarrow)
  const groups = (
    <>
      <Facet {...props} name="Risk" field="riskLevel" valuesOf={({ byRiskLevel }) => inOrderOf(risks, byRiskLevel)} />
      <Facet {...props} name="Outcome" field="outcome" valuesOf={({ byOutcome }) => mostFirst(byOutcome)} />
      <Facet {...props} name="Category" field="category" valuesOf={({ byCategory }) => mostFirst(byCategory)} />
      <Facet {...props} name="Action" field="action" valuesOf={({ byAction }) => mostFirst(byAction)} />
      <Facet
        {...props}
        name="Who"
        field="userId"
        valuesOf={({ topActors }) => topActors.map(({ userId, total }) => [userId, total])}
        wordsOf={(userId, { topActors }) => topActors.find((one) => one.userId === userId)?.email ?? 'Somebody unnamed'}
      />
    </>
  )
  return (
    <Section
      title="Narrow"
      actions={
        isNarrow && (
          <button type="button" className="plain text-link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'}
          </button>
        )
      }
    >
      {(open || !isNarrow) && groups}
    </Section>
  )
}

interface FacetProps extends FacetsProps {
  name: string
  field: Field
  valuesOf: (stats: Stats) => [string, number][]
  wordsOf?: (value: string, stats: Stats) => string
}

/** Counts are of what the other filters leave, so that another choice of the same kind can be seen. */
function Facet({ filter, period, change, name, field, valuesOf, wordsOf = actionName }: FacetProps) {
  const [all, setAll] = useState(false)
  const { [field]: chosen, ...others } = filter
  const stats = useStats(others, period)
  const picked = manyOf(chosen)
  const toggle = (value: string): void => {
    const kept = field === 'riskLevel' ? picked.filter((one) => one !== value) : []
    const next = picked.includes(value) ? kept : [...kept, value]
    change({ [field]: next.join(',') || undefined, event: undefined })
  }
  return (
    <div className="facet" role="group" aria-label={name}>
      <h3>{name}</h3>
      <Awaited of={stats} rows={2}>
        {(figures) => {
          const values = withPicked(valuesOf(figures), picked)
          const most = Math.max(1, ...values.map(([, count]) => count))
          return (
            <ul className={stats.isPlaceholderData ? 'is-busy' : undefined}>
              {values.length === 0 && <li className="dim">Nothing</li>}
              {values.slice(0, all ? undefined : MOST).map(([value, count]) => (
                <li key={value}>
                  <button type="button" aria-pressed={picked.includes(value)} onClick={() => toggle(value)}>
                    <span>{wordsOf(value, figures)}</span>
                    <span className="facet-count">
                      {inFigures(count)}
                      <span className="unseen"> {count === 1 ? 'event' : 'events'}</span>
                    </span>
                    <span className="facet-bar" style={{ width: `${(count / most) * 100}%` }} aria-hidden />
                  </button>
                </li>
              ))}
              {values.length > MOST && (
                <li>
                  <button type="button" className="facet-more" onClick={() => setAll(!all)}>
                    {all ? 'Fewer' : counted(values.length - MOST, 'more', 'more')}
                  </button>
                </li>
              )}
            </ul>
          )
        }}
      </Awaited>
    </div>
  )
}

const mostFirst = (counts: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(counts).toSorted(([, a], [, b]) => b - a)

const inOrderOf = (order: readonly string[], counts: Readonly<Record<string, number>>): [string, number][] =>
  order.filter((key) => counts[key]).map((key) => [key, counts[key] ?? 0])

/** What is chosen can be taken away, however little there is of it. */
const withPicked = (values: [string, number][], picked: readonly string[]): [string, number][] => [
  ...picked.filter((one) => !values.some(([value]) => value === one)).map((one): [string, number] => [one, 0]),
  ...values,
]
