import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { deriveKey } from '../../src/credentials/master-key.ts'
import { administer, databaseUrl, MASTER_KEY, TEMPLATE } from './database-server.ts'

export const RUNTIME_PASSWORD = deriveKey(Buffer.from(MASTER_KEY, 'base64'), 'database runtime login 1').toString(
  'base64url',
)

/** Two customers, the provider, and people of all: the same in every clone. */
export const ids = {
  provider: '00000000-0000-7000-8000-0000000000c0',
  acme: '00000000-0000-7000-8000-0000000000a0',
  bolt: '00000000-0000-7000-8000-0000000000b0',
  ada: '00000000-0000-7000-8000-0000000000a1',
  bob: '00000000-0000-7000-8000-0000000000b1',
  staff: '00000000-0000-7000-8000-0000000000c1',
  technician: '00000000-0000-7000-8000-0000000000c2',
  stranger: '00000000-0000-7000-8000-0000000000c3',
} as const

export type Role = 'member' | 'technician' | 'staff' | 'identity' | 'clock' | 'sealer' | 'retention'

/** What a transaction is told about its caller; a setting that is absent is never made. */
export interface Context {
  orgId?: string
  userId?: string
}

/** A connection as the server opens it. Each transaction becomes a role, is told a context, and leaves nothing behind. */
export interface Session {
  as<T>(role: Role | null, context: Context, work: (client: pg.Client) => Promise<T>): Promise<T>
  end(): Promise<void>
}

export interface Clone {
  readonly url: string
  /** As the superuser: for taking walls down. */
  readonly admin: pg.Client
  connect(login?: { user: string; password: string }): Promise<Session>
  drop(): Promise<void>
}

export interface Seed {
  clone(): Promise<Clone>
  drop(): Promise<void>
}

/** A filled database, to be cloned whole for each experiment. */
export async function seedDatabase(server: string): Promise<Seed> {
  const name = await create(server, TEMPLATE)
  const client = await open(databaseUrl(server, name))
  await fill(client)
  await client.end()
  return {
    clone: async () => openClone(server, await create(server, name)),
    drop: () => administer(server, `drop database ${name} with (force)`),
  }
}

async function create(server: string, template: string): Promise<string> {
  const name = `castellan_${uuidv7().replaceAll('-', '')}`
  await administer(server, `create database ${name} template ${template}`)
  return name
}

async function open(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, options: '-c search_path=castellan,pg_catalog' })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function openClone(server: string, name: string): Promise<Clone> {
  const url = databaseUrl(server, name)
  const admin = await open(url)
  return {
    url,
    admin,
    connect: async (login = { user: 'castellan_runtime', password: RUNTIME_PASSWORD }) =>
      sessionOf(await open(asLogin(url, login))),
    async drop() {
      await admin.end()
      await administer(server, `drop database ${name} with (force)`)
    },
  }
}

export function asLogin(url: string, { user, password }: { user: string; password: string }): string {
  const own = new URL(url)
  own.username = ''
  own.password = ''
  own.searchParams.set('user', user)
  own.searchParams.set('password', password)
  return own.href
}

const sessionOf = (client: pg.Client): Session => ({
  async as(role, { orgId, userId }, work) {
    await client.query('begin')
    try {
      if (role !== null) await client.query(`set local role castellan_${role}`)
      if (orgId !== undefined) await client.query(`select set_config('castellan.org_id', $1, true)`, [orgId])
      if (userId !== undefined) await client.query(`select set_config('castellan.user_id', $1, true)`, [userId])
      return await work(client)
    } finally {
      await client.query('rollback')
    }
  },
  end: () => client.end(),
})

/** At least one row of each customer in every table that has tenants. */
async function fill(client: pg.Client): Promise<void> {
  const { provider, acme, bolt, ada, bob, staff, technician, stranger } = ids
  await client.query(
    `insert into organizations (id, name, type, created_at, updated_at)
     values ($1, 'Provider', 'mss_provider', now(), now()), ($2, 'Acme', 'customer', now(), now()), ($3, 'Bolt', 'customer', now(), now())`,
    [provider, acme, bolt],
  )
  const people = [
    [ada, acme, 'customer', 'admin'],
    [bob, bolt, 'customer', 'admin'],
    [staff, provider, 'mss_provider', 'super_admin'],
    [technician, provider, 'mss_provider', 'technician'],
    [stranger, provider, 'mss_provider', 'technician'],
  ]
  await fillWithoutTenant(client)
  for (const [id, org, type, role] of people) await fillPerson(client, { id, org, type, role })
  for (const customer of [acme, bolt]) await grant(client, { technicianId: technician, customerId: customer })
  await client.query(
    `insert into access_reviews (id, org_id, access_id, technician_id, granted_by, opened_at)
     select gen_random_uuid(), customer_org_id, id, technician_id, granted_by, now() from technician_customer_access`,
  )
  await client.query(
    `insert into audit_holds (id, org_id, case_reference, reason, placed_by, placed_at)
     values (gen_random_uuid(), $1, 'Case 1', 'a reason', $3, now()), (gen_random_uuid(), $2, 'Case 2', 'a reason', $4, now())`,
    [acme, bolt, staff, technician],
  )
  await client.query(
    `insert into audit_cleanups (id, org_id, of_all, as_of, older_than_days, plan_digest, eligible, kept_legal_hold, kept_retention,
                                 requested_by, requested_at, expires_at)
     select gen_random_uuid(), o.id, false, now(), 365, p.plan_hash, 0, 0, 0, o.by, now(), now() + interval '1 day'
       from (values ($1::uuid, $3::uuid), ($2, $4)) o (id, by), plan_audit_cleanup(now()::date, 365, o.id) p`,
    [acme, bolt, staff, technician],
  )
  await sealTrail(client)
}

/** As if it were sealed: nobody verifies here. */
async function sealTrail(client: pg.Client): Promise<void> {
  const hash = `'\\x${'00'.repeat(32)}'`
  await client.query(
    `insert into audit_checkpoints (id, tree_size, root, note, peaks, created_at, cluster) values (1, 2, ${hash}, 'a note', '', now(), '1');
     insert into audit_heads (org_id, size, root, signature, peaks, position, checkpoint_id)
     select id, 1, ${hash}, '\\x${'00'.repeat(64)}', '', row_number() over (), 1 from organizations;
     insert into audit_seals (org_id, sequence, event_id, occurred_at, leaf, mark)
     select distinct on (org_id) org_id, 0, id, occurred_at, ${hash}::bytea, '\\x${'00'.repeat(16)}'::bytea from audit_logs;
     insert into audit_nodes (org_id, level, index, node) select id, 8, 0, ${hash} from organizations;
     insert into audit_tombstones (org_id, cleanup_id, note, events, removed_at) select id, gen_random_uuid(), 'a note', 1, now() from organizations;
     insert into audit_anchors (name) values ('file');
     insert into audit_unaccounted (org_id, event_id, occurred_at, found_at)
     select id, gen_random_uuid(), now(), now() from organizations;
     insert into audit_rollup_state (watermark, cluster) select '0', system_identifier::text from pg_control_system();
     insert into audit_rollup_days (org_id, day, total, counts) select id, '2026-11-01', 1, '{"@0": 1}' from organizations;
     insert into audit_rollup_keys (kind, span, start, key, total) values ('actor', 'day', '2026-11-01', gen_random_uuid(), 1)`,
  )
}

async function fillPerson(
  client: pg.Client,
  { id, org, type, role }: Record<string, string | undefined>,
): Promise<void> {
  const give = (text: string, ...values: unknown[]) => client.query(text, values)
  await give(
    `insert into users (id, org_id, org_type, email, password_hash, first_name, last_name, role, status, created_at, updated_at)
     values ($1::uuid, $2, $3, $1::uuid || '@example.com', 'a hash', 'First', 'Last', $4, 'active', now(), now())`,
    id,
    org,
    type,
    role,
  )
  await give(
    `insert into totp_factors (org_id, user_id, secret_sealed, created_at) values ($1, $2, 'sealed', now())`,
    org,
    id,
  )
  await give(`insert into recovery_codes (org_id, user_id, code_hash) values ($1, $2, '\\x01')`, org, id)
  await give(
    `insert into auth_challenges (org_id, id, user_id, purpose, token_hash, created_at, expires_at)
     values ($1, gen_random_uuid(), $2, 'mfa', '\\x01', now(), now() + interval '5 minutes')`,
    org,
    id,
  )
  await give(
    `insert into invitations (org_id, id, user_id, token_hash, created_at, expires_at)
     values ($1, gen_random_uuid(), $2, '\\x01', now(), now() + interval '1 day')`,
    org,
    id,
  )
  await give(
    `insert into password_resets (org_id, id, user_id, token_hash, created_at, expires_at)
     values ($1, gen_random_uuid(), $2, '\\x01', now(), now() + interval '1 hour')`,
    org,
    id,
  )
  await give(
    `insert into passkeys (org_id, id, user_id, name, credential_id, public_key, sign_count, transports, backed_up, created_at)
     values ($1::uuid, gen_random_uuid(), $2::uuid, 'Key', uuid_send($2::uuid), '\\x01', 0, '{}', false, now())`,
    org,
    id,
  )
  await give(
    `insert into known_devices (org_id, user_id, device_hash, first_seen_at, last_seen_at) values ($1, $2, '\\x01', now(), now())`,
    org,
    id,
  )
  await give(
    `insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, refresh_salt, refresh_rotated_at)
     values ($1, gen_random_uuid(), $2, now(), now(), now() + interval '1 hour', '\\x01', now())`,
    org,
    id,
  )
  await give(
    `insert into audit_logs (org_id, occurred_at, id, user_id, action, category, description, outcome, risk_level, compliance_relevant)
     values ($1, now(), gen_random_uuid(), $2, 'auth.login_succeeded', 'authentication', 'Signed in', 'success', 'low', true)`,
    org,
    id,
  )
  await give(
    `insert into idempotency_keys (org_id, user_id, key, request_hash, created_at) values ($1, $2, 'key', '\\x01', now())`,
    org,
    id,
  )
  await give(
    `insert into notifications (org_id, id, user_id, kind, title, body, created_at)
     values ($1, gen_random_uuid(), $2, 'access_expiring', 'Title', 'Body', now())`,
    org,
    id,
  )
  await give(
    `insert into saved_views (org_id, id, user_id, page, name, query, created_at)
     values ($1, gen_random_uuid(), $2, 'audit', 'Name', 'last=7d', now())`,
    org,
    id,
  )
  await give(
    `insert into mail_outbox (org_id, id, letter_id, to_address, subject, text_sealed, created_at, next_attempt_at)
     values ($1, gen_random_uuid(), gen_random_uuid(), $2::text || '@example.com', 'Subject', 'sealed', now(), now())`,
    org,
    id,
  )
}

/** What belongs to nobody yet. */
async function fillWithoutTenant(client: pg.Client): Promise<void> {
  await client.query(
    `insert into password_requests (id, email_sealed, requested_at, request_id) values (gen_random_uuid(), 'sealed', now(), 'request')`,
  )
  await client.query(`insert into sign_in_tries (key, full_at) values ('\\x01', now())`)
}

export interface GrantFields {
  technicianId: string
  customerId: string
  status?: string
  startsAt?: string
  expiresAt?: string | null
}

/** `startsAt` and `expiresAt` as PostgreSQL intervals from now. */
export async function grant(
  client: pg.Client,
  { technicianId, customerId, status = 'active', startsAt = '-1 hour', expiresAt = null }: GrantFields,
): Promise<void> {
  await client.query(
    `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, ip_restrictions, notes, granted_by,
       granted_at, starts_at, expires_at, revoked_at, updated_at)
     values (gen_random_uuid(), $1, $2, 'read_only', $3, '{10.0.0.0/8}', 'a note', $4, now(), now() + $5::interval, now() + $6::interval,
             case when $3 = 'revoked' then now() end, now())`,
    [technicianId, customerId, status, ids.staff, startsAt, expiresAt],
  )
}

/** What of a table belongs to whom, or null where it has no tenants. */
export const tenantColumns: Readonly<Record<string, string>> = {
  organizations: 'id',
  technician_customer_access: 'customer_org_id',
  technician_customer_access_history: 'customer_org_id',
}

export interface Table {
  readonly name: string
  /** Null in a table that has no tenants. */
  readonly tenant: string | null
}

/** Every table there is, read from the catalog: a new one is part of each proof at once. */
export async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; has_org: boolean }>(
    `select c.relname as name,
            exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id') as has_org
       from pg_class c
      where c.relnamespace = 'castellan'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> 'schema_migrations'
      order by 1`,
  )
  return rows.map(({ name, has_org }) => ({ name, tenant: tenantColumns[name] ?? (has_org ? 'org_id' : null) }))
}
