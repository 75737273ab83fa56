import type { Customer, Person } from '../../support/factories.ts'
import type { World } from '../../support/world.ts'

/** What a request can be about, made alike for each prefix. */
export interface Twin {
  readonly provider: Customer
  readonly customer: Customer
  readonly suspended: Customer
  readonly caller: Person
  /** Has access to the customer, and had it before. */
  readonly holder: Person
  readonly free: Person
  /** Cannot be granted anything. */
  readonly manager: Person
  readonly member: Person
  readonly accessId: string
  readonly revokedId: string
}

export const callers = {
  'a super admin': ({ staff }: World) => staff('super_admin'),
  'an account manager': ({ staff }: World) => staff('account_manager'),
  'a security analyst': ({ staff }: World) => staff('security_analyst'),
  'a technician': ({ staff }: World) => staff('technician'),
  "a customer's admin": async (world: World) => world.member(await world.customer(), 'admin'),
} as const
export type Caller = keyof typeof callers

export async function twin(world: World, by: Caller): Promise<Twin> {
  const [customer, holder] = [await world.customer(), await world.staff('technician')]
  const revokedId = await world.grant(holder, customer, { status: 'revoked' })
  const inAnHour = new Date(Date.now() + 3_600_000)
  return {
    provider: await world.provider(),
    customer,
    suspended: await world.customer({ status: 'suspended' }),
    caller: await callers[by](world),
    holder,
    free: await world.staff('technician'),
    manager: await world.staff('account_manager'),
    member: await world.member(customer, 'basic_user'),
    accessId: await world.grant(holder, customer, { expiresAt: inAnHour }),
    revokedId,
  }
}

/** Ids by the order in which they come, times and running numbers as if they were all the same. */
export function normal(told: unknown): unknown {
  const ids = new Map<string, string>()
  const text = JSON.stringify(told ?? null)
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!ids.has(id)) ids.set(id, `id ${ids.size + 1}`)
      return ids.get(id) ?? ''
    })
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
    .replaceAll(/(First|Last|Customer |Provider |[a-z_]+\.)\d+/g, '$1n')
  return JSON.parse(text)
}
