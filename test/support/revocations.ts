import type { Person } from './factories.ts'
import type { World } from './world.ts'

/** Somebody who may see something, and the call that takes it from them. */
export interface Revocable {
  readonly person: Person
  readonly url: string
  readonly revocation: Revocation
}

interface Revocation {
  readonly by: Person
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly body?: object
}

type Making = (world: World, admin: Person) => Promise<Revocable>

export const ownOf = ({ orgId }: Person): string => `/api/organizations/${orgId}`

async function member(world: World, revocation: (person: Person) => Revocation): Promise<Revocable> {
  const person = await world.member(await world.customer(), 'basic_user')
  return { person, url: ownOf(person), revocation: revocation(person) }
}

/** Every way in which a call ends what somebody may. */
export const revocables: Readonly<Record<string, Making>> = {
  'signing out': (world) => member(world, (by) => ({ by, method: 'POST', url: '/api/auth/logout' })),
  'suspending a person': (world, by) =>
    member(world, ({ id }) => ({ by, method: 'PUT', url: `/api/users/${id}`, body: { status: 'suspended' } })),
  'suspending an organization': (world, by) =>
    member(world, (person) => ({ by, method: 'PUT', url: ownOf(person), body: { status: 'suspended' } })),
  'another role': async (world, by) => {
    const person = await world.member(await world.customer(), 'admin')
    await world.member({ id: person.orgId }, 'admin')
    const body = { role: 'basic_user' }
    return { person, url: ownOf(person), revocation: { by, method: 'PUT', url: `/api/users/${person.id}`, body } }
  },
  'revoking a grant': async (world, by) => {
    const [person, customer] = [await world.staff('technician'), await world.customer()]
    const url = `/api/technician-access/${await world.grant(person, customer)}`
    return {
      person,
      url: `/api/organizations/${customer.id}`,
      revocation: { by, method: 'DELETE', url, body: {} },
    }
  },
}
