import type { Context } from '../../context.ts'

/** The customers whom the caller, a technician, may read now and from here. */
export async function customersInReach({ standing, now, address, principal }: Context): Promise<string[]> {
  const grants = await standing.grants.known(0)
  return grants.reach(principal.userId, { now, address, level: 'read_only' })
}
