import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { LevelBadge } from '../../ui/badges.tsx'
import { nameOf } from '../../words.ts'
import { grantsIn } from './selection.ts'
import type { Grant, Selection } from './selection.ts'

export interface BulkProps {
  selection: Selection
  close: () => void
}

export const useGrantsIn = (selection: Selection, kind: string) =>
  useQuery({
    queryKey: ['grants', 'selected', kind, selection.key],
    queryFn: () => grantsIn(selection),
    staleTime: 0,
    gcTime: 0,
  })

interface GrantListProps {
  label: string
  grants: readonly Grant[]
  /** What becomes of each. */
  fate?: (grant: Grant) => ReactNode
}

/** What will be touched, each by name. */
export const GrantList = ({ label, grants, fate }: GrantListProps) => (
  <ul className="preview" aria-label={label} tabIndex={0}>
    {grants.map((grant) => (
      <li key={grant.id}>
        <span>
          {nameOf(grant.technician)} → <strong>{grant.customer.name}</strong>
        </span>
        {fate ? fate(grant) : <LevelBadge level={grant.accessLevel} />}
      </li>
    ))}
  </ul>
)
