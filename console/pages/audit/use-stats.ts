import { useQuery } from '@tanstack/react-query'
import { auditStatsQuery } from '../../api/queries.ts'
import { useProfile } from '../../profile.ts'
import { asQuery } from './filter.ts'
import type { Filter } from './filter.ts'
import type { Period } from './period.ts'

/** Figures of what the filter leaves of a period; asked for once by however many parts of the page. */
export function useStats(filter: Filter, period: Period) {
  const { timezone } = useProfile()
  const query = { ...asQuery(filter, period), interval: period.interval, timezone }
  return useQuery({ ...auditStatsQuery(query), staleTime: 15_000 })
}

export type StatsAnswer = ReturnType<typeof useStats>
