import type { Person } from './factories.ts'
import type { Answer, World } from './world.ts'

/** The two ways to the grants: the same verbs under two prefixes. */
export const doors = [
  {
    prefix: '/api/technician-access',
    one: (id: string) => `/api/technician-access/${id}`,
  },
  {
    prefix: '/api/access-management',
    one: (id: string) => `/api/access-management/access/${id}`,
  },
]

export interface TrailEvent {
  id: string
  action: string
  org_id: string
  user_id: string | null
  resource_type: string
  resource_id: string
  outcome: string
  risk_level: string
  risk_factors: string[]
  description: string
  changes: any
  details: any
}

/** What the trail tells of an organization, oldest first, without what the test did around the application. */
export async function trailOf(world: World, orgId: string): Promise<TrailEvent[]> {
  const { rows } = await world.admin.query(
    `select * from audit_logs
      where org_id = $1 and details ->> 'databaseRole' is distinct from 'postgres' order by occurred_at, id`,
    [orgId],
  )
  return rows
}

/** Changes that no event told of. There must be none. */
export async function untold(world: World): Promise<unknown[]> {
  const { rows } = await world.admin.query(
    `select a.resource_type, a.description, a.changes from audit_logs a
      where a.action = 'database.row_changed' and a.resource_type = 'technician_customer_access'
        and a.details ->> 'databaseRole' = 'castellan_runtime'`,
  )
  return rows
}

/** How a call ended: its status, and the code of its refusal. */
export const outcome = ({ status, body }: Answer): string => (status < 400 ? String(status) : `${status} ${body.error}`)

/** How many of the calls ended in each way. */
export const tally = (answers: readonly Answer[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(answers, outcome)].map(([ended, those]) => [ended, those.length]))

export const hoursFromNow = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()

export const record = (world: World, person: Person, accessId: string, use: object = {}): Promise<Answer> =>
  world
    .as(person)
    .post(`/api/technician-access/${accessId}/record-access`, { service: 'siem', action: 'looked', ...use })
