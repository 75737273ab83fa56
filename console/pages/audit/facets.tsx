import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { auditStatsQuery } from '../../api/queries.ts'
import type { AuditSearch } from '../../search.ts'
import { Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { actionName, inFigures } from '../../words.ts'

type Search = AuditSearch

interface FacetsProps {
  filter: Omit<Search, 'event'>
  change: (next: Partial<Search>) => void
}

const DAY_MS = 86_400_000
const MOST = 12

/** What there is in the period, by kind and by person; each narrows the list. */
export function Facets({ filter, change }: FacetsProps) {
  const [monthAgo] = useState(() => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 29 * DAY_MS).toISOString())
  const stats = useQuery(
    auditStatsQuery({
      from: filter.from ?? monthAgo,
      ...(filter.to && { to: filter.to }),
      ...(filter.organizationId && { organizationId: filter.organizationId }),
    }),
  )
  return (
    <Section title="Narrow">
      <Awaited of={stats} rows={6}>
        {({ byCategory, byAction, topActors }) => (
          <>
            <Facet
              name="Category"
              values={Object.entries(byCategory)}
              chosen={filter.category}
              choose={(category) => change({ category })}
            />
            <Facet
              name="Action"
              values={Object.entries(byAction)}
              chosen={filter.action}
              choose={(action) => change({ action })}
            />
            <Facet
              name="Who"
              values={topActors.map(({ userId, total }) => [userId, total])}
              nameOf={(id) => topActors.find(({ userId }) => userId === id)?.email ?? id}
              chosen={filter.userId}
              choose={(userId) => change({ userId })}
            />
          </>
        )}
      </Awaited>
    </Section>
  )
}

interface FacetProps {
  name: string
  values: [string, number][]
  nameOf?: (value: string) => string
  chosen: string | undefined
  choose: (value: string | undefined) => void
}

const Facet = ({ name, values, nameOf = actionName, chosen, choose }: FacetProps) => (
  <div className="facet" role="group" aria-label={name}>
    <h3>{name}</h3>
    <ul>
      {values
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, MOST)
        .map(([value, count]) => (
          <li key={value}>
            <button
              type="button"
              aria-pressed={chosen === value}
              onClick={() => choose(chosen === value ? undefined : value)}
            >
              <span>{nameOf(value)}</span>
              <span className="dim">{inFigures(count)}</span>
            </button>
          </li>
        ))}
    </ul>
  </div>
)
