import { useQuery } from '@tanstack/react-query'
import { findCustomers, findGrantees } from '../../api/find.ts'
import { organizationQuery, personQuery } from '../../api/queries.ts'
import { useProfile } from '../../profile.ts'
import { Pick } from '../../ui/pick.tsx'
import type { Choice } from '../../ui/pick.tsx'
import { nameOf } from '../../words.ts'

interface PartyPickProps {
  name: string
  label: string
  value: string | null
  onPick: (id: string | null) => void
  error?: string | undefined
  /** Shown before anything is typed. */
  known?: Choice | undefined
}

/** Chooses somebody whom access can be granted to. */
export function GranteePick(props: PartyPickProps) {
  const { organization } = useProfile()
  return <Pick {...props} kind="grantees" find={(words, signal) => findGrantees(words, signal, organization.id)} />
}

export const CustomerPick = (props: PartyPickProps) => <Pick {...props} kind="customers" find={findCustomers} />

/** The same where the address names them already: their names are asked for. */
export function KnownGranteePick(props: PartyPickProps) {
  const person = useQuery({ ...personQuery(props.value ?? ''), enabled: props.value !== null })
  const known = person.data && { value: person.data.data.id, label: nameOf(person.data.data) }
  return <GranteePick key={known?.value ?? 'none'} known={known} {...props} />
}

export function KnownCustomerPick(props: PartyPickProps) {
  const customer = useQuery({ ...organizationQuery(props.value ?? ''), enabled: props.value !== null })
  const known = customer.data && { value: customer.data.data.id, label: customer.data.data.name }
  return <CustomerPick key={known?.value ?? 'none'} known={known} {...props} />
}
