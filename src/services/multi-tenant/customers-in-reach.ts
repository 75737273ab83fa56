import type { Context } from '../../context.ts'
import type { GrantTable } from '../../stores/grant-table.ts'

/** The customers whom the caller, a technician, may read now and from here. */
export const customersInReach = ({ now, address, principal }: Context, grants: GrantTable): string[] =>
  grants.reach(principal.userId, { now, address, level: 'read_only' })
