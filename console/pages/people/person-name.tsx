import { useQuery } from '@tanstack/react-query'
import { personQuery } from '../../api/queries.ts'
import { nameOf } from '../../words.ts'

/** Whoever it was, by name; who may not be seen stays unnamed. */
export function PersonName({ id }: { id: string }) {
  const person = useQuery({ ...personQuery(id), staleTime: 60_000 })
  return person.data ? nameOf(person.data.data) : <span className="dim">{person.error ? 'somebody' : '…'}</span>
}
