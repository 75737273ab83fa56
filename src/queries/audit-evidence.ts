import { find, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { EvidenceId } from '../policy/compliance-evidence.ts'

/** What a report is about. */
export interface EvidenceScope {
  /** Null: the whole platform. */
  readonly organizationId: string | null
  readonly from: string
  readonly to: string
}

export interface FoundException {
  readonly description: string
  readonly subjectType: string
  readonly subjectId: string
  readonly organizationId: string | null
  readonly at: string | null
  readonly eventId: string | null
}

export interface FoundEvidence {
  readonly population: number
  readonly exceptionsTotal: number
  readonly exceptions: FoundException[]
  readonly figures: Record<string, number>
}

const LISTED = 200

interface Asked {
  /** A number. */
  readonly population: Sql<unknown>
  /** Rows of description, type, id, org, at, event. */
  readonly exceptions?: Sql<unknown>
  /** Pairs of name and number for jsonb_build_object. */
  readonly figures?: Sql<unknown>
}

const none = sql`select ''::text as description, ''::text as type, ''::text as id, null::uuid as org, null::timestamptz as at, null::uuid as event where false`

/** Counts all exceptions, lists the first of them. */
const asking = ({ population, exceptions = none, figures = sql`` }: Asked): Statement<FoundEvidence> =>
  one(sql<FoundEvidence>`
    with exception as materialized (${exceptions})
    select (${population}) as population,
           (select count(*) from exception) as "exceptionsTotal",
           (select coalesce(jsonb_agg(jsonb_build_object(
                     'description', description, 'subjectType', type, 'subjectId', id, 'organizationId', org, 'eventId', event,
                     'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by at, id), '[]')
              from (select * from exception order by at, id limit ${LISTED}) e) as exceptions,
           jsonb_build_object(${figures}) as figures`)

const own = (column: Sql<unknown>, { organizationId }: EvidenceScope): Sql<unknown> =>
  organizationId === null ? sql`true` : sql`${column} = ${organizationId}`

/** Events of the period. */
const events = (scope: EvidenceScope): Sql<unknown> =>
  sql`audit_logs a where a.occurred_at >= ${scope.from} and a.occurred_at < ${scope.to} and ${own(sql`a.org_id`, scope)}`

/** Accounts of the organization. */
const people = (scope: EvidenceScope): Sql<unknown> => sql`users u where ${own(sql`u.org_id`, scope)}`

/** Accounts of the organization, and those of the provider's people who have or had access to it. */
const peopleWithAccess = (scope: EvidenceScope): Sql<unknown> =>
  sql`users u where ${
    scope.organizationId === null
      ? sql`true`
      : sql`(u.org_id = ${scope.organizationId} or u.id in (select technician_id from technician_customer_access where customer_org_id = ${scope.organizationId}))`
  }`

const liveAt = ({ to }: EvidenceScope): Sql<unknown> =>
  sql`g.status in ('scheduled', 'active') and g.granted_at < ${to} and (g.expires_at is null or g.expires_at > ${to})`
const grants = (scope: EvidenceScope): Sql<unknown> =>
  sql`technician_customer_access g where ${own(sql`g.customer_org_id`, scope)} and ${liveAt(scope)}`

const privileged = sql`(u.org_type = 'mss_provider' or u.role = 'admin')`
const administrators = sql`('super_admin', 'account_manager', 'security_analyst', 'admin')`
const days = (scope: EvidenceScope, count: number): Sql<unknown> =>
  sql`${scope.to}::timestamptz - make_interval(days => ${count})`

const changes = sql`a.category in ('user', 'organization', 'access') and a.action not in ('access.used', 'access.use_denied')`
const around = (scope: EvidenceScope, tables: Sql<unknown>): Sql<unknown> => sql`
  select a.description, a.resource_type as type, a.resource_id as id, a.org_id as org, a.occurred_at as at, a.id as event
    from ${events(scope)} and a.action = 'database.row_changed' and ${tables}`

const asked: Readonly<Record<EvidenceId, (scope: EvidenceScope) => Asked>> = {
  accounts: (scope) => ({
    population: sql`select count(*) from ${people(scope)} and u.status <> 'deleted'`,
    exceptions: sql`
      select 'More than one account in use for ' || min(u.email) as description, 'user' as type, min(u.id::text) as id, min(u.org_id::text)::uuid as org,
             max(u.created_at) as at, null::uuid as event
        from ${people(scope)} and u.status in ('active', 'suspended')
       group by u.email_normal having count(*) > 1`,
    figures: sql`'active', (select count(*) from ${people(scope)} and u.status = 'active'),
                 'invited', (select count(*) from ${people(scope)} and u.status = 'invited')`,
  }),

  new_accounts: (scope) => ({
    population: sql`select count(*) from ${people(scope)} and u.created_at >= ${scope.from} and u.created_at < ${scope.to}`,
    exceptions: sql`
      select 'No event tells how the account of ' || u.email || ' came about' as description, 'user' as type, u.id::text as id, u.org_id as org,
             u.created_at as at, null::uuid as event
        from ${people(scope)} and u.created_at >= ${scope.from} and u.created_at < ${scope.to}
         and not exists (
               select from audit_logs a
                where a.org_id = u.org_id and a.action in ('user.invited', 'provider.created')
                  and a.occurred_at between u.created_at - interval '1 minute' and u.created_at + interval '1 minute'
                  and (a.resource_id = u.id::text or a.action = 'provider.created'))`,
  }),

  leavers: (scope) => ({
    population: sql`select count(*) from ${peopleWithAccess(scope)} and u.status in ('suspended', 'deleted')`,
    exceptions: sql`
      select u.email || ' is ' || u.status || ' and still holds ' || g.access_level || ' access' as description, 'grant' as type, g.id::text as id,
             g.customer_org_id as org, u.updated_at as at, null::uuid as event
        from technician_customer_access g join users u on u.id = g.technician_id
       where ${own(sql`g.customer_org_id`, scope)} and ${liveAt(scope)} and u.status in ('suspended', 'deleted')
       union all
      select u.email || ' is ' || u.status || ' and still has a session', 'session', s.id::text, s.org_id, s.created_at, null::uuid
        from user_sessions s join users u on u.org_id = s.org_id and u.id = s.user_id
       where ${own(sql`s.org_id`, scope)} and u.status in ('suspended', 'deleted') and s.revoked_at is null
         and s.created_at < ${scope.to} and s.expires_at > ${scope.to}`,
  }),

  idle_accounts: (scope) => ({
    population: sql`select count(*) from ${people(scope)} and u.status = 'active' and u.created_at < ${days(scope, 90)}`,
    exceptions: sql`
      select u.email || ' has not signed in for 90 days' as description, 'user' as type, u.id::text as id, u.org_id as org,
             coalesce(u.last_login_at, u.created_at) as at, null::uuid as event
        from ${people(scope)} and u.status = 'active' and u.created_at < ${days(scope, 90)}
         and coalesce(u.last_login_at, '-infinity') < ${days(scope, 90)}`,
  }),

  second_factor: (scope) => ({
    population: sql`select count(*) from ${people(scope)} and u.status = 'active' and ${privileged}`,
    exceptions: sql`
      select u.email || ' (' || u.role || ') has no second factor' as description, 'user' as type, u.id::text as id, u.org_id as org,
             u.updated_at as at, null::uuid as event
        from ${people(scope)} and u.status = 'active' and ${privileged} and not u.mfa_enabled`,
    figures: sql`'others', (select count(*) from ${people(scope)} and u.status = 'active' and not ${privileged}),
                 'othersWithSecondFactor', (select count(*) from ${people(scope)} and u.status = 'active' and not ${privileged} and u.mfa_enabled)`,
  }),

  failed_signins: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and a.action in ('auth.login_succeeded', 'auth.login_failed', 'auth.mfa_failed')`,
    exceptions: sql`
      select count(*) || ' failures within half an hour on ' || coalesce(min(a.details ->> 'email'), a.resource_id) as description, 'user' as type,
             a.resource_id as id, a.org_id as org, min(a.occurred_at) as at, min(a.id::text)::uuid as event
        from ${events(scope)} and a.action in ('auth.login_failed', 'auth.mfa_failed') and a.resource_id is not null
       group by a.org_id, a.resource_id, date_bin('30 minutes', a.occurred_at, '2000-01-01') having count(*) > 10`,
    figures: sql`'failed', (select count(*) from ${events(scope)} and a.action in ('auth.login_failed', 'auth.mfa_failed'))`,
  }),

  refusals: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and a.outcome = 'denied'`,
  }),

  sessions: (scope) => ({
    population: sql`select count(*) from user_sessions s where ${own(sql`s.org_id`, scope)} and s.created_at >= ${scope.from} and s.created_at < ${scope.to}`,
    exceptions: sql`
      select case when s.expires_at > s.created_at + interval '1 day' then 'A session of ' || u.email || ' that is longer than a day'
                  else 'A session of ' || u.email || ', who is ' || u.status end as description,
             'session' as type, s.id::text as id, s.org_id as org, s.created_at as at, null::uuid as event
        from user_sessions s join users u on u.org_id = s.org_id and u.id = s.user_id
       where ${own(sql`s.org_id`, scope)} and s.created_at >= ${scope.from} and s.created_at < ${scope.to}
         and (s.expires_at > s.created_at + interval '1 day'
              or (s.revoked_at is null and s.expires_at > ${scope.to} and u.status in ('suspended', 'deleted')))`,
  }),

  grant_register: (scope) => ({
    population: sql`
      select count(*) from technician_customer_access g
       where ${own(sql`g.customer_org_id`, scope)} and g.granted_at < ${scope.to} and coalesce(g.revoked_at, g.expires_at, 'infinity') > ${scope.from}`,
    figures: sql`'technicians', (select count(distinct g.technician_id) from ${grants(scope)}), 'customers', (select count(distinct g.customer_org_id) from ${grants(scope)})`,
  }),

  bounded_grants: (scope) => ({
    population: sql`select count(*) from ${grants(scope)}`,
    exceptions: sql`
      select u.email || ' holds ' || g.access_level || ' access without an end' as description, 'grant' as type, g.id::text as id,
             g.customer_org_id as org, g.granted_at as at, null::uuid as event
        from technician_customer_access g join users u on u.id = g.technician_id
       where ${own(sql`g.customer_org_id`, scope)} and ${liveAt(scope)} and g.expires_at is null`,
    figures: sql`'withoutReason', (select count(*) from ${grants(scope)} and g.reason is null)`,
  }),

  privileged_access: (scope) => ({
    population: sql`(select count(*) from ${people(scope)} and u.status = 'active' and u.role in ${administrators})
                    + (select count(*) from ${grants(scope)} and g.access_level <> 'read_only')`,
    figures: sql`'administrators', (select count(*) from ${people(scope)} and u.status = 'active' and u.role in ${administrators}),
                 'fullAccess', (select count(*) from ${grants(scope)} and g.access_level = 'full_access'),
                 'emergency', (select count(*) from ${grants(scope)} and g.access_level = 'emergency')`,
  }),

  // The history tells of grants as they were, the grants themselves of what went around it.
  separate_duties: (scope) => ({
    population: sql`
      (select count(*) from technician_customer_access g
        where ${own(sql`g.customer_org_id`, scope)} and g.granted_at >= ${scope.from} and g.granted_at < ${scope.to})
      + (select count(*) from ${events(scope)} and a.action = 'user.role_changed')`,
    exceptions: sql`
      select u.email || ' gave ' || max(h.access_level) || ' access to themselves' as description, 'grant' as type, h.id::text as id,
             h.customer_org_id as org, min(h.at) as at, null::uuid as event
        from (select access_id as id, technician_id, customer_org_id, access_level, granted_by, valid_from as at from technician_customer_access_history
               union all
              select id, technician_id, customer_org_id, access_level, granted_by, granted_at from technician_customer_access) h
        join users u on u.id = h.technician_id
       where ${own(sql`h.customer_org_id`, scope)} and h.granted_by = h.technician_id and h.at >= ${scope.from} and h.at < ${scope.to}
       group by u.email, h.id, h.customer_org_id
       union all
      select a.description, 'user', a.resource_id, a.org_id, a.occurred_at, a.id
        from ${events(scope)} and a.action = 'user.role_changed' and a.user_id::text = a.resource_id`,
  }),

  unused_grants: (scope) => ({
    population: sql`select count(*) from ${grants(scope)} and g.granted_at < ${days(scope, 90)}`,
    exceptions: sql`
      select u.email || ' has not used ' || g.access_level || ' access for 90 days' as description, 'grant' as type, g.id::text as id,
             g.customer_org_id as org, coalesce(g.last_used_at, g.granted_at) as at, null::uuid as event
        from technician_customer_access g join users u on u.id = g.technician_id
       where ${own(sql`g.customer_org_id`, scope)} and ${liveAt(scope)} and g.granted_at < ${days(scope, 90)}
         and coalesce(g.last_used_at, '-infinity') < ${days(scope, 90)}`,
  }),

  emergency_reviews: (scope) => ({
    population: sql`select count(*) from access_reviews r where ${own(sql`r.org_id`, scope)} and r.opened_at >= ${scope.from} and r.opened_at < ${scope.to}`,
    exceptions: sql`
      select 'An emergency that was not looked back on within 72 hours' as description, 'grant' as type, r.access_id::text as id, r.org_id as org,
             r.opened_at as at, null::uuid as event
        from access_reviews r
       where ${own(sql`r.org_id`, scope)} and r.opened_at >= ${scope.from} and r.opened_at < ${scope.to}
         and coalesce(r.closed_at, ${scope.to}) > r.opened_at + interval '72 hours'`,
    figures: sql`'misused', (select count(*) from access_reviews r where ${own(sql`r.org_id`, scope)} and r.opened_at >= ${scope.from}
                              and r.opened_at < ${scope.to} and r.verdict = 'misused')`,
  }),

  granted_use: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and a.action = 'access.used'`,
    exceptions: sql`
      select a.description, 'user' as type, a.user_id::text as id, a.org_id as org, a.occurred_at as at, a.id as event
        from ${events(scope)} and a.action = 'access.used'
         and not exists (
               select from technician_customer_access_history h
                where h.technician_id = a.user_id and h.customer_org_id = a.org_id and h.valid_from <= a.occurred_at
                  and h.status in ('scheduled', 'active') and h.starts_at <= a.occurred_at
                  and (h.expires_at is null or h.expires_at > a.occurred_at)
                  and not exists (
                        select from technician_customer_access_history later
                         where later.customer_org_id = h.customer_org_id and later.access_id = h.access_id
                           and later.version > h.version and later.valid_from <= a.occurred_at))`,
  }),

  administration: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and a.actor_role in ${administrators}`,
    figures: sql`'administrators', (select count(distinct a.user_id) from ${events(scope)} and a.actor_role in ${administrators}),
                 'highRisk', (select count(*) from ${events(scope)} and a.actor_role in ${administrators} and a.risk_level in ('high', 'critical'))`,
  }),

  settings_changes: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and a.category = 'organization'`,
    exceptions: around(scope, sql`a.resource_type = 'organizations'`),
  }),

  trail_reads: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and a.category = 'audit'`,
    figures: sql`'exports', (select count(*) from ${events(scope)} and a.action = 'audit.exported')`,
  }),

  told_changes: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and ${changes}`,
    exceptions: around(scope, sql`true`),
  }),

  integrity: (scope) => ({
    population: sql`select count(*) from ${events(scope)} and exists (select from audit_seals s where s.org_id = a.org_id and s.event_id = a.id)`,
    exceptions: sql`
      select 'An event that no server of ours wrote' as description, 'event' as type, n.event_id::text as id, n.org_id as org, n.occurred_at as at,
             n.event_id as event
        from audit_unaccounted n
       where ${own(sql`n.org_id`, scope)} and n.occurred_at >= ${scope.from} and n.occurred_at < ${scope.to}`,
  }),

  retention: (scope) => ({
    population: sql`
      select count(*) from organizations o
       where ${own(sql`o.id`, scope)}
         and exists (select from audit_logs a where a.org_id = o.id and a.occurred_at >= ${scope.from} and a.occurred_at < ${scope.to})`,
    exceptions: sql`
      select o.name || ' keeps its trail for ' || (o.settings ->> 'auditRetentionDays') || ' days' as description, 'organization' as type, o.id::text as id,
             o.id as org, o.updated_at as at, null::uuid as event
        from organizations o
       where ${own(sql`o.id`, scope)} and o.status <> 'deleted' and (o.settings ->> 'auditRetentionDays')::int < 365`,
  }),

  record_content: (scope) => ({
    population: sql`select count(*) from ${events(scope)}`,
    exceptions: sql`
      select a.description || ': nothing tells from where' as description, coalesce(a.resource_type, 'event') as type, coalesce(a.resource_id, a.id::text) as id,
             a.org_id as org, a.occurred_at as at, a.id as event
        from ${events(scope)} and a.user_id is not null and a.ip_address is null and a.actor_nonce is not null`,
    figures: sql`'ofPeople', (select count(*) from ${events(scope)} and a.user_id is not null)`,
  }),
}

export const findEvidence = (id: EvidenceId, scope: EvidenceScope): Statement<FoundEvidence> => asking(asked[id](scope))

/** How far the events of the period are under signed checkpoints. */
export const countSealed = (scope: EvidenceScope): Statement<{ events: number; sealed: number; unaccounted: number }> =>
  one(sql<{ events: number; sealed: number; unaccounted: number }>`
    select count(*) as events,
           count(*) filter (where exists (select from audit_seals s where s.org_id = a.org_id and s.event_id = a.id)) as sealed,
           count(*) filter (where exists (select from audit_unaccounted n where n.org_id = a.org_id and n.event_id = a.id)) as unaccounted
      from ${events(scope)}`)

export const findCheckpointAtHand = (): Statement<{ id: number; note: string; createdAt: string } | null> =>
  find(sql<{ id: number; note: string; createdAt: string }>`
    select id, note, created_at as "createdAt" from audit_checkpoints order by id desc limit 1`)
