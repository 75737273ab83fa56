import type pg from 'pg'
import type { Report } from '../question.ts'
import { passAsSealed } from './sealed-fill.ts'

export const CUSTOMERS = 10_000
export const TECHNICIANS = 200
const SESSIONS_EACH = 2
const GRANTS_EACH = 2500
const EVENTS = 1_000_000

// As a bulk load does it: triggers and foreign keys asleep, the rows being consistent by themselves.
const steps: readonly (readonly [what: string, statement: string])[] = [
  [
    `${CUSTOMERS} customers`,
    `insert into organizations (id, name, type, domain, settings, created_at, updated_at)
     select uuidv7(), case n when 0 then 'Provider' else 'Customer ' || n end,
            case n when 0 then 'mss_provider' else 'customer' end, case when n > 0 then 'customer-' || n || '.example' end,
            case when n > 0 then '{"timezone": "Europe/Berlin", "auditRetentionDays": 730}'::jsonb else '{}' end, now(), now()
       from generate_series(0, ${CUSTOMERS}) n`,
  ],
  [
    `${TECHNICIANS} technicians`,
    `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
     select uuidv7(), o.id, o.type, 'technician.' || n || '@provider.example', 'First' || n, 'Last' || n, 'technician',
            'active', true, now(), now()
       from organizations o, generate_series(1, ${TECHNICIANS}) n
      where o.type = 'mss_provider'`,
  ],
  [
    'an administrator for each customer',
    `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
     select uuidv7(), id, type, 'admin@' || domain, 'First', 'Last', 'admin', 'active', true, now(), now()
       from organizations where type = 'customer'`,
  ],
  [
    'their sessions',
    `insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, refresh_salt, refresh_rotated_at)
     select org_id, uuidv7(), id, now(), now(), now() + interval '12 hours', now(), decode(repeat('00', 32), 'hex'), now()
       from users, generate_series(1, ${SESSIONS_EACH})`,
  ],
  [
    `${TECHNICIANS * GRANTS_EACH} grants`,
    `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, allowed_services,
            ip_restrictions, time_restrictions, granted_by, granted_at, starts_at, expires_at, updated_at)
     select uuidv7(), t.id, c.id, case n % 3 when 0 then 'full_access' else 'read_only' end, 'active',
            case n % 4 when 0 then array['firewall', 'endpoint'] end,
            case n % 5 when 0 then array['127.0.0.0/8', '10.0.0.0/8', '2001:db8::/32'] end,
            case n % 7 when 0 then '{"timezone": "Europe/Berlin", "windows": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "end": "24:00"}]}'::jsonb end,
            c.id, now(), now() - interval '1 day', case n % 2 when 0 then now() + interval '30 days' end, now()
       from (select id, row_number() over (order by id) as t from users where role = 'technician') t
       join (select id, row_number() over (order by id) as n from organizations where type = 'customer') c
         on (c.n + t.t) % ${CUSTOMERS / GRANTS_EACH} = 0`,
  ],
  [
    `${EVENTS} audit events`,
    `insert into audit_logs (org_id, occurred_at, id, user_id, action, category, resource_type, resource_id, description,
            outcome, risk_level, compliance_relevant)
     select a.org_id, now() - n * interval '2 seconds', uuidv7(), a.id, 'organization.updated', 'administration',
            'organization', a.org_id::text, 'Changed the settings of the customer', 'success', 'low', true
       from generate_series(1, ${EVENTS}) n
       join (select id, org_id, row_number() over (order by id) as at from users where role = 'admin') a
         on a.at = 1 + n % ${CUSTOMERS}`,
  ],
]

export async function fill(pool: pg.Pool, report: Report): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query('set synchronous_commit = off')
    for (const [what, statement] of steps) {
      report(`loading ${what}`)
      await client.query(statement)
    }
    await passAsSealed(client)
    report('analyzing')
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    client.release(true)
  }
}
