import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icons.tsx'
import { actionName } from '../../words.ts'
import { manyOf } from './filter.ts'
import type { Change, Filter } from './filter.ts'
import { OrganizationName, PersonName } from './names.tsx'

const names: Readonly<Record<keyof Filter, string>> = {
  organizationId: 'Organization',
  userId: 'Who',
  action: 'Action',
  category: 'Category',
  outcome: 'Outcome',
  riskLevel: 'Risk',
  resourceType: 'About a',
  resourceId: 'About',
  ipAddress: 'From address',
  search: 'Says',
}

const shown = (field: keyof Filter, value: string): ReactNode => {
  if (field === 'organizationId') return <OrganizationName id={value} />
  if (field === 'userId') return <PersonName id={value} />
  if (field === 'search') return `“${value}”`
  if (field === 'resourceId' || field === 'ipAddress') return <code>{value}</code>
  return manyOf(value).map(actionName).join(' or ')
}

/** What the list is narrowed to, each with a way to take it back. */
export function ChosenFilters({ filter, change }: { filter: Filter; change: Change }) {
  const chosen = (Object.keys(names) as (keyof Filter)[]).flatMap((field) => {
    const value = filter[field]
    return value === undefined ? [] : [{ field, value }]
  })
  if (chosen.length === 0) return null
  const none = Object.fromEntries(chosen.map(({ field }) => [field, undefined]))
  return (
    <ul className="chosen" aria-label="Filters">
      {chosen.map(({ field, value }) => (
        <li key={field}>
          <span className="dim">{names[field]}</span> {shown(field, value)}
          <button
            type="button"
            className="plain"
            aria-label={`Without ${names[field].toLowerCase()}`}
            onClick={() => change({ [field]: undefined, event: undefined })}
          >
            <Icon name="close" size={13} />
          </button>
        </li>
      ))}
      <li className="chosen-none">
        <Button size="compact-xs" variant="subtle" onClick={() => change({ ...none, event: undefined })}>
          Clear all
        </Button>
      </li>
    </ul>
  )
}
