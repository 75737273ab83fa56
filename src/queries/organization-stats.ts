import { one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { OrganizationStats } from '../types/organization.ts'
import { statusAt } from './access-shape.ts'

const DAY_MS = 86_400_000

const daysAgo = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS)

/** What the scope shows of an organization, counted. The trail is read back thirty days at most. */
export const findOrganizationStats = (orgId: string, now: Date): Statement<OrganizationStats> =>
  one(sql<OrganizationStats>`
    with people as (
      select status, role, mfa_enabled, last_login_at from users where org_id = ${orgId} and status <> 'deleted'
    ), grants as (
      select ${statusAt(now)} as status, g.access_level, g.expires_at
        from technician_customer_access g where g.customer_org_id = ${orgId}
    ), events as (
      select occurred_at, risk_level from audit_logs where org_id = ${orgId} and occurred_at > ${daysAgo(now, 30)}
    )
    select (select jsonb_build_object(
              'total', count(*),
              'active', count(*) filter (where status = 'active'),
              'invited', count(*) filter (where status = 'invited'),
              'suspended', count(*) filter (where status = 'suspended'),
              'mfaEnabled', count(*) filter (where mfa_enabled),
              'recentLogins', count(*) filter (where last_login_at > ${daysAgo(now, 30)})) from people) as users,
           (select coalesce(jsonb_object_agg(role, n), '{}') from (select role, count(*) as n from people group by role) r) as roles,
           (select jsonb_build_object(
              'active', count(*) filter (where status = 'active'),
              'expired', count(*) filter (where status = 'expired'),
              'revoked', count(*) filter (where status = 'revoked'),
              'emergency', count(*) filter (where status = 'active' and access_level = 'emergency'),
              'expiringSoon', count(*) filter (where status = 'active' and expires_at <= ${daysAgo(now, -7)})) from grants) as access,
           (select jsonb_build_object(
              'last24h', count(*) filter (where occurred_at > ${daysAgo(now, 1)}),
              'last7d', count(*) filter (where occurred_at > ${daysAgo(now, 7)}),
              'last30d', count(*),
              'highRisk30d', count(*) filter (where risk_level in ('high', 'critical'))) from events) as activity,
           (select max(occurred_at) from audit_logs where org_id = ${orgId}) as "lastActivityAt"`)
