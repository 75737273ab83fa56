import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auditStatsQuery } from '../../api/queries.ts'
import { useProfile } from '../../profile.ts'
import type { AuditSearch } from '../../search.ts'
import { Spark } from '../../ui/spark.tsx'
import { Waiting } from '../../ui/states.tsx'
import { inFigures } from '../../words.ts'
import { changeOf, daysAgo, DAYS } from './trend.ts'

interface TrendProps {
  name: string
  search: AuditSearch
  /** More of it is worth a look. */
  worries?: boolean
  value?: (interval: { total: number; highRisk: number }) => number
}

/** What happened in the last two weeks, beside the two before. */
export const Trends = () => (
  <ul className="figures" aria-label="Two weeks, and the two before">
    <Trend name="Events" search={{}} />
    <Trend name="Of high risk" search={{ riskLevel: 'high,critical' }} worries value={({ highRisk }) => highRisk} />
    <Trend name="Failed sign-ins" search={{ action: 'auth.login_failed' }} worries />
    <Trend name="Calls refused" search={{ action: 'authorization.denied' }} worries />
    <Trend name="Access given" search={{ action: 'access.granted' }} />
    <Trend name="Access used" search={{ action: 'access.used' }} />
  </ul>
)

function Trend({ name, search, worries, value = ({ total }) => total }: TrendProps) {
  const { timezone } = useProfile()
  // Risk is counted in every answer: one question tells of both.
  const asked = search.action === undefined ? {} : { action: search.action }
  const { data, isError } = useQuery({
    ...auditStatsQuery({ from: daysAgo(2 * DAYS), interval: 'day', timezone, ...asked }),
    staleTime: 60_000,
  })
  if (isError) return null
  const days = data?.timeline.map(value) ?? []
  const { now, words, direction } = changeOf(days)
  return (
    <li className="figure trend">
      <Link to="/audit" search={{ ...search, from: daysAgo(DAYS) }} className="figure-name">
        {name}
      </Link>
      {data ? (
        <>
          <div className="trend-row">
            <strong className="figure-value">{inFigures(now)}</strong>
            <Spark label={`${name} by day`} values={days} />
          </div>
          <span className={worries && direction === 'up' ? 'figure-note trend-worry' : 'figure-note'}>{words}</span>
        </>
      ) : (
        <Waiting rows={1} />
      )}
    </li>
  )
}
