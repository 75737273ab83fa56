import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight } from '@mantine/spotlight'
import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ask } from '../api/client.ts'
import { destinationsOf } from '../navigation.ts'
import { viewsQuery } from '../api/queries.ts'
import { useMay, useProfile } from '../profile.ts'
import { Icon } from '../ui/icons.tsx'
import { nameOf, roleNames } from '../words.ts'

const FOUND = '6'

/** Ctrl-K: pages and one's own views at once, customers and people as the server finds them. */
export function Palette() {
  const profile = useProfile()
  const router = useRouter()
  const [query, setQuery] = useState('')
  const [words] = useDebouncedValue(query.trim(), 200)
  const customers = useCustomers(words)
  const people = usePeople(words)
  const destinations = destinationsOf(profile)
  const { data: views = [] } = useQuery({
    ...viewsQuery,
    select: (all) => all.filter(({ page }) => destinations.some(({ to }) => to === `/${page}`)),
  })
  const go = (href: string) => () => router.history.push(href)

  const pages = destinations
    .filter(({ label, also = '' }) => `${label} ${also}`.toLowerCase().includes(query.trim().toLowerCase()))
    .map(({ to, label, icon }): SpotlightActionData => ({
      id: to,
      label,
      leftSection: <Icon name={icon} />,
      onClick: go(to),
    }))
  const groups: SpotlightActionGroupData[] = [
    { group: 'Pages', actions: pages },
    {
      group: 'Your views',
      actions: views
        .filter(({ name }) => query.trim() !== '' && name.toLowerCase().includes(query.trim().toLowerCase()))
        .map(({ id, page, name, query: filters }) => ({
          id,
          label: name,
          description: destinations.find(({ to }) => to === `/${page}`)?.label ?? '',
          leftSection: <Icon name="bookmark" />,
          onClick: go(`/${page}${filters && `?${filters}`}`),
        })),
    },
    {
      group: 'Customers',
      actions: customers.map(({ id, name, domain }) => ({
        id,
        label: name,
        description: domain ?? '',
        leftSection: <Icon name="customers" />,
        onClick: go(`/customers/${id}`),
      })),
    },
    {
      group: 'People',
      actions: people.map((person) => ({
        id: person.id,
        label: nameOf(person),
        description: `${roleNames[person.role]} · ${person.email}`,
        leftSection: <Icon name="account" />,
        onClick: go(`/people/${person.id}`),
      })),
    },
  ].filter(({ actions }) => actions.length > 0)

  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      filter={(_, actions) => actions}
      shortcut={['mod + K', '/']}
      nothingFound={words === query.trim() ? 'Nothing is called that.' : 'Looking…'}
      highlightQuery
      scrollable
      maxHeight={420}
      lockScroll={false}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: 'Find a customer, a person, a page…',
        'aria-label': 'Find',
      }}
    />
  )
}

function useCustomers(search: string) {
  const may = useMay('organizations.list')
  const { data } = useQuery({
    queryKey: ['organizations', 'found', search],
    queryFn:
      may && search !== ''
        ? ({ signal }) =>
            ask(
              api.GET('/api/organizations', { params: { query: { type: 'customer', search, limit: FOUND } }, signal }),
            )
        : skipToken,
  })
  return data?.items ?? []
}

function usePeople(search: string) {
  const may = useMay('users.list')
  const { data } = useQuery({
    queryKey: ['users', 'found', search],
    queryFn:
      may && search !== ''
        ? ({ signal }) => ask(api.GET('/api/users', { params: { query: { search, limit: FOUND } }, signal }))
        : skipToken,
  })
  return data?.items ?? []
}
