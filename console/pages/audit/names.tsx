import { useQuery } from '@tanstack/react-query'
import { organizationQuery, personQuery } from '../../api/queries.ts'
import { useMay } from '../../profile.ts'
import { nameOf } from '../../words.ts'

/** By its id, until its name is known; the trail also tells of what is gone. */
export function OrganizationName({ id }: { id: string }) {
  const { data } = useQuery({ ...organizationQuery(id), staleTime: 60_000, retry: false })
  return data ? data.data.name : <code>{id}</code>
}

export function PersonName({ id }: { id: string }) {
  const may = useMay('users.get')
  const { data } = useQuery({ ...personQuery(id), staleTime: 60_000, retry: false, enabled: may })
  return data ? nameOf(data.data) : <code>{id}</code>
}
