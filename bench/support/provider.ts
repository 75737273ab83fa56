import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import type { Context } from '../../src/context.ts'
import { createCredentials } from '../../src/credentials/credentials.ts'
import { deriveKey } from '../../src/credentials/master-key.ts'
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts'
import { prepareDatabase } from '../../src/database/open-database.ts'
import { createPool } from '../../src/database/pool.ts'
import { createSender } from '../../src/database/tenancy.ts'
import { createStanding } from '../../src/stores/standing.ts'
import type { Principal } from '../../src/types/principal.ts'
import type { Report } from '../question.ts'
import { MASTER_KEY, urlOf } from './platform.ts'
import { CUSTOMERS, GRANTS, TECHNICIANS } from './population.ts'

/** A PostgreSQL of its own with 500 technicians, 10,000 customers and 200,000 grants, and a super admin who asks. */
export interface Provider {
  /** As the superuser, whom no row security binds. */
  readonly owner: pg.Pool
  readonly ownerUrl: string
  /** A call by the super admin, in this process. */
  call(): Context
}

export async function withProvider<T>(report: Report, work: (provider: Provider) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const password = 'for-the-benchmark-alone'
  const settings = { shared_buffers: '512MB', max_wal_size: '4GB' }
  const { connection, stop } = await startEmbeddedPostgres({ dataDir, password, settings })
  const runtimePassword = deriveKey(MASTER_KEY, 'database runtime login 1').toString('base64url')
  const runtime = await prepareDatabase({ connection, runtimePassword, report })
  const owner = createPool(connection, { max: 2, statementTimeoutMs: 600_000 })
  const pool = createPool(runtime, { max: 4, statementTimeoutMs: 30_000 })
  try {
    await fill(owner, report)
    return await work({ owner, ownerUrl: urlOf({ ...connection, password }), call: await caller(owner, pool) })
  } finally {
    await Promise.all([owner.end(), pool.end()])
    await stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

// As a bulk load does it: triggers and foreign keys asleep, the rows being consistent by themselves.
const steps = [
  `insert into organizations (id, name, type, domain, created_at, updated_at)
   select uuidv7(), case n when 0 then 'Provider' else 'Customer ' || n end,
          case n when 0 then 'mss_provider' else 'customer' end, case when n > 0 then 'customer-' || n || '.example' end, now(), now()
     from generate_series(0, ${CUSTOMERS}) n`,
  `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
   select uuidv7(), o.id, o.type, 'person.' || n || '@provider.example', 'First' || n, 'Last' || n,
          case n when 0 then 'super_admin' else 'technician' end, 'active', true, now(), now()
     from organizations o, generate_series(0, ${TECHNICIANS}) n
    where o.type = 'mss_provider'`,
  `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, allowed_services,
          ip_restrictions, time_restrictions, granted_by, granted_at, starts_at, expires_at, updated_at)
   select uuidv7(), t.id, c.id, case n % 3 when 0 then 'full_access' else 'read_only' end, 'active',
          case n % 4 when 0 then array['firewall', 'endpoint'] end, case n % 5 when 0 then array['127.0.0.0/8', '2001:db8::/32'] end,
          case n % 7 when 0 then '{"timezone": "Europe/Berlin", "windows": [{"days": ["mon", "fri"], "start": "08:00", "end": "18:00"}]}'::jsonb end,
          a.id, now() - n % 200 * interval '1 day', now() - interval '1 day', case n % 2 when 0 then now() + (1 + n % 30) * interval '1 day' end, now()
     from (select id, row_number() over (order by id) as t from users where role = 'technician') t
     join (select id, row_number() over (order by id) as n from organizations where type = 'customer') c
       on (c.n + t.t * 7) % ${(CUSTOMERS * TECHNICIANS) / GRANTS} = 0
    cross join (select id from users where role = 'super_admin') a`,
]

async function fill(owner: pg.Pool, report: Report): Promise<void> {
  report(`loading ${GRANTS} grants`)
  await asleep(owner, async (client) => {
    for (const step of steps) await client.query(step)
    await client.query('vacuum analyze')
  })
}

/** Without triggers and foreign keys. */
export async function asleep<T>(owner: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await owner.connect()
  try {
    await client.query('set session_replication_role = replica')
    return await work(client)
  } finally {
    client.release(true)
  }
}

async function caller(owner: pg.Pool, pool: pg.Pool): Promise<() => Context> {
  const sender = createSender(pool, { pipeline: true })
  const { rows } = await owner.query<Pick<Principal, 'userId' | 'orgId' | 'email'>>(
    `select id as "userId", org_id as "orgId", email from users where role = 'super_admin'`,
  )
  const [{ userId, orgId, email } = { userId: '', orgId: '', email: '' }] = rows
  const principal = {
    userId,
    orgId,
    email,
    role: 'super_admin',
    orgType: 'mss_provider',
    sessionId: userId,
    settings: {},
  } as Principal
  const standing = createStanding(sender)
  const settings = { publicUrl: 'http://localhost', sendsMail: false, requireMfa: 'none' } as const
  const credentials = createCredentials({
    masterKey: MASTER_KEY,
    issuer: settings.publicUrl,
    accessTokenTtlSeconds: 60,
  })
  return () => ({
    requestId: userId,
    now: new Date(),
    address: '127.0.0.1',
    userAgent: null,
    ifMatch: null,
    settings,
    credentials,
    identity: sender.within({ as: 'identity' }),
    standing,
    principal,
    db: sender.within({ as: 'staff', userId }),
    retention: () => sender.within({ as: 'retention', userId }),
    reach: ['any'],
  })
}
