import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { deriveKey } from '../../src/credentials/master-key.ts'
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts'
import { prepareDatabase } from '../../src/database/open-database.ts'
import { createPool } from '../../src/database/pool.ts'
import type { Connection } from '../../src/database/pool.ts'
import { createSender } from '../../src/database/tenancy.ts'
import type { Tenancy } from '../../src/database/tenancy.ts'
import type { Report } from '../question.ts'
import { MASTER_KEY } from './platform.ts'

/** Five million, or as many as asked for a quick look; a twentieth of them on one customer. */
const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 5_000_000)

export interface Trail {
  readonly events: number
  /** The customer with a twentieth of the events. */
  readonly busy: string
  /** A super admin and their session. */
  readonly reader: { readonly userId: string; readonly sessionId: string }
  readonly connection: Connection & { readonly host: string }
  readonly owner: pg.Pool
  /** As staff see it. */
  readonly staff: Tenancy
  /** As jobs see it. */
  readonly clock: Tenancy
}

/** A year of events: the months ahead have their places already. */
export async function withTrail<T>(report: Report, work: (trail: Trail) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const settings = { shared_buffers: '2GB', max_wal_size: '4GB' }
  const password = 'for-the-benchmark-alone'
  const { connection, stop } = await startEmbeddedPostgres({ dataDir, password, settings })
  const runtimePassword = deriveKey(MASTER_KEY, 'database runtime login 1').toString('base64url')
  const runtime = await prepareDatabase({ connection, runtimePassword, report })
  const owner = createPool(connection, { max: 2, statementTimeoutMs: 1_200_000 })
  const pool = createPool(runtime, { max: 4, statementTimeoutMs: 600_000 })
  try {
    report(`loading ${EVENTS} events`)
    const { busy, reader } = await fill(owner)
    const sender = createSender(pool, { pipeline: true })
    const staff = sender.within({ as: 'staff', userId: reader.userId })
    return await work({ events: EVENTS, busy, reader, connection, owner, staff, clock: sender.within({ as: 'clock' }) })
  } finally {
    await Promise.all([owner.end(), pool.end()])
    await stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const people = `
  insert into organizations (id, name, type, created_at, updated_at)
  select uuidv7(), case n when 0 then 'Provider' else 'Customer ' || n end, case n when 0 then 'mss_provider' else 'customer' end, now(), now()
    from generate_series(0, 10000) n;
  insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
  select uuidv7(), o.id, o.type, 'person.' || n || '@provider.example', 'First', 'Last', 'super_admin', 'active', true, now(), now()
    from organizations o, generate_series(1, 500) n where o.type = 'mss_provider';
  insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, refresh_salt, refresh_rotated_at)
  select org_id, uuidv7(), id, now(), now(), now() + interval '12 hours', now() + interval '1 hour', decode(repeat('00', 32), 'hex'), now()
    from users limit 1`

const events = `
  insert into audit_logs (org_id, occurred_at, id, user_id, actor_email, actor_role, actor_org_id, action, category, resource_type, resource_id,
         description, outcome, risk_level, compliance_relevant, frameworks, ip_address, user_agent, request_id, details)
  select case when n % 20 = 0 then o.ids[2] else o.ids[2 + n % 9999] end, now() - interval '25 days' + n * (interval '365 days' / $1::int), uuidv7(), u.ids[1 + n % 499],
         'person@provider.example', 'technician', o.ids[1], 'access.action_' || n % 20, 'access', 'grant', n::text,
         'First Last used siem at Customer ' || n || ': looked at an alert', case n % 10 when 0 then 'denied' else 'success' end,
         (array['low', 'low', 'low', 'medium', 'medium', 'high', 'low', 'low', 'low', 'critical'])[1 + n % 10], true, array['soc2', 'iso27001'],
         '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'req-' || n, '{"service": "siem", "risk": {"score": 10, "model": "1"}}'
    from generate_series(1, $1::int) n,
         (select array_agg(id order by type desc, id) as ids from organizations) o, (select array_agg(id order by id) as ids from users) u`

// As a bulk load does it: triggers asleep, the rows being consistent by themselves.
async function fill(owner: pg.Pool): Promise<Pick<Trail, 'busy' | 'reader'>> {
  const client = await owner.connect()
  try {
    await client.query('set session_replication_role = replica; set synchronous_commit = off')
    await client.query(people)
    await client.query(events, [EVENTS])
    await client.query('vacuum analyze')
    const { rows } = await client.query<{ busy: string; userId: string; sessionId: string }>(
      `select (select org_id from audit_logs group by org_id order by count(*) desc limit 1) as busy, user_id as "userId", id as "sessionId" from user_sessions`,
    )
    const [{ busy, userId, sessionId } = { busy: '', userId: '', sessionId: '' }] = rows
    return { busy, reader: { userId, sessionId } }
  } finally {
    client.release(true)
  }
}

/** How often a second, for so many milliseconds. */
export async function rateOf(work: () => Promise<unknown>, milliseconds = 1000): Promise<number> {
  const begin = performance.now()
  let done = 0
  do {
    await work()
    done++
  } while (performance.now() - begin < milliseconds)
  return (done * 1000) / (performance.now() - begin)
}
