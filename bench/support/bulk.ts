import type pg from 'pg'
import type { Answer, Report } from '../question.ts'
import { asleep, withProvider } from './provider.ts'
import type { Provider } from './provider.ts'
import { interleave, median, medianRatio } from './rounds.ts'

export const BULK = 10_000

export interface Bulk {
  /** What we do to all grants of the technician; there is another without any. */
  readonly act: (provider: Provider, people: { technicianId: string; other: string }) => Promise<void>
  /** The events that it leaves, by their actions. */
  readonly events: readonly string[]
  /** The bare rows that it changes, in SQL; `$1` is the technician, `$2` another. */
  readonly changes: readonly string[]
}

/** 10,000 grants with their events in one transaction, against COPY of the same events and the bare changes. */
export const compareBulk = (bulk: Bulk, report: Report): Promise<Answer> =>
  withProvider(report, async (provider) => {
    const { owner } = provider
    const { ours, against } = await interleave(
      {
        ours: async () => {
          const [technicianId, other] = [await newTechnician(owner, BULK), await newTechnician(owner, 0)]
          const ms = await timed(() => bulk.act(provider, { technicianId, other }))
          await checkGone(owner, technicianId, bulk)
          return (BULK / ms) * 1000
        },
        against: async () => {
          const [technicianId, other] = [await newTechnician(owner, BULK), await newTechnician(owner, 0)]
          const files = await writeEvents(owner, technicianId, bulk.events)
          const ms = await timed(() =>
            copyAndChange(owner, { files, changes: bulk.changes, people: [technicianId, other] }),
          )
          await checkGone(owner, technicianId, bulk)
          return (BULK / ms) * 1000
        },
      },
      report,
    )
    return { ours: median(ours), against: median(against), ratio: medianRatio(ours, against), unit: 'grants/s' }
  })

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** With so many live grants. */
const newTechnician = (owner: pg.Pool, grants: number): Promise<string> =>
  asleep(owner, async (client) => {
    const { rows } = await client.query<{ id: string }>(`
      insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
      select n.id, o.id, o.type, n.id || '@provider.example', 'First', 'Last', 'technician', 'active', true, now(), now()
        from organizations o, uuidv7() n (id) where o.type = 'mss_provider'
      returning id`)
    const [{ id } = { id: '' }] = rows
    await client.query(
      `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at,
                                               expires_at, reason, updated_at)
       select uuidv7(), $1, o.id, 'read_only', 'active', a.id, now(), now(), now() + interval '30 days', 'for the quarter', now()
         from (select id from organizations where type = 'customer' limit $2) o, (select id from users where role = 'super_admin' limit 1) a`,
      [id, grants],
    )
    await client.query('analyze users, technician_customer_access')
    return id
  })

const columns = `org_id, occurred_at, id, user_id, actor_email, actor_role, actor_org_id, action, category, resource_type, resource_id,
  description, outcome, risk_level, risk_factors, compliance_relevant, frameworks, ip_address, user_agent, session_id, request_id, changes,
  details`

/** The events as files of the server, made after one that we left; ours are the first to be measured. */
async function writeEvents(owner: pg.Pool, technicianId: string, actions: readonly string[]): Promise<string[]> {
  const { rows } = await owner.query<{ directory: string }>(`select current_setting('data_directory') as directory`)
  const files = actions.map((action) => `${rows[0]?.directory}/${action}.copy`)
  for (const [i, action] of actions.entries())
    await owner.query(`
      copy (select g.customer_org_id, date_trunc('milliseconds', now()), uuidv7(), e.user_id, e.actor_email, e.actor_role, e.actor_org_id,
                   e.action, e.category, e.resource_type, g.id::text, e.description, e.outcome, e.risk_level, e.risk_factors,
                   e.compliance_relevant, e.frameworks, e.ip_address, e.user_agent, e.session_id, e.request_id, e.changes, e.details
              from technician_customer_access g, (select * from audit_logs where action = '${action}' limit 1) e
             where g.technician_id = '${technicianId}') to '${files[i]}'`)
  return files
}

interface Changing {
  readonly files: readonly string[]
  readonly changes: readonly string[]
  readonly people: readonly string[]
}

async function copyAndChange(owner: pg.Pool, { files, changes, people }: Changing): Promise<void> {
  const client = await owner.connect()
  try {
    await client.query('begin')
    for (const file of files) await client.query(`copy audit_logs (${columns}) from '${file}'`)
    for (const change of changes)
      await client.query(change.replaceAll('$1', `'${people[0]}'`).replaceAll('$2', `'${people[1]}'`))
    await client.query('commit')
  } finally {
    client.release()
  }
}

async function checkGone(owner: pg.Pool, technicianId: string, { events }: Bulk): Promise<void> {
  const { rows } = await owner.query<{ revoked: number; told: number }>(
    `select (select count(*) from technician_customer_access where technician_id = $1 and status = 'revoked') as revoked,
            (select count(*) from audit_logs a join technician_customer_access g on g.id::text = a.resource_id
              where g.technician_id = $1 and a.action = $2) as told`,
    [technicianId, events[0]],
  )
  if (rows[0]?.revoked !== BULK || rows[0].told !== BULK) throw new Error('grants or their events are missing')
}

/** Of all grants of the technician. */
export const revokeAll = `
  update technician_customer_access g
     set status = 'revoked', revoked_at = now(), revoked_by = g.granted_by, revoked_reason = 'left', updated_at = now()
   where g.technician_id = $1`
