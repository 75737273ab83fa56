import { v7 as uuidv7 } from 'uuid'
import { tickOf } from '../../src/jobs/tick.ts'
import { record } from '../../src/services/audit/record.ts'
import type { Happening } from '../../src/services/audit/record.ts'
import { silent } from './nodes.ts'
import type { World } from './world.ts'

/** In the middle of a month: thirteen of them ago is always more than a year, eleven always less. */
export function monthsAgo(months: number): Date {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15, 12))
}

/** An event for each month, written as a service did then, and sealed together. @returns their ids */
export async function writePast(
  world: World,
  orgId: string,
  months: readonly number[],
  fields: Partial<Happening> = {},
): Promise<string[]> {
  for (const ago of new Set(months)) await world.admin.query('select ensure_audit_partition($1)', [monthsAgo(ago)])
  const events = months.map((ago, i) => ({ id: uuidv7(), now: new Date(monthsAgo(ago).getTime() + i) }))
  await world.house.identity.batch(
    events.map(({ id, now }, i) =>
      record({ ...tickOf(world.house, silent), now }, pastEvent(orgId, `Event ${i}`, fields), id),
    ),
  )
  await world.runJob('seal-trail')
  return events.map(({ id }) => id)
}

const pastEvent = (orgId: string, description: string, fields: Partial<Happening>): Happening => ({
  action: 'access.used',
  orgId,
  resource: { type: 'grant', id: uuidv7() },
  description,
  ...fields,
})

/** Those of the events that are still there. */
export async function leftOf(world: World, ids: readonly string[]): Promise<string[]> {
  const { rows } = await world.admin.query<{ id: string }>('select id from audit_logs where id = any ($1)', [ids])
  const left = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => left.has(id))
}

/** Asks for a cleanup as it was planned by a dry run. */
export async function askedCleanup(
  client: { post(url: string, body?: unknown): Promise<{ body: { data: any } }> },
  terms: { olderThanDays: number; organizationId?: string },
): Promise<string> {
  const { planHash } = (await client.post('/api/audit/cleanup', terms)).body.data
  const asked = await client.post('/api/audit/cleanup', { ...terms, dryRun: false, planHash })
  return asked.body.data.cleanupId
}
