import type pg from 'pg'

/** Bookkeeping without a tenant. Every other table must be walled. */
const WITHOUT_TENANT = ['schema_migrations']

const findings = `
with ours as (select oid from pg_namespace where nspname = 'castellan')
select 'table ' || c.relname || ' is not under forced row security with a policy' as finding
  from pg_class c
 where c.relnamespace = (select oid from ours) and c.relkind in ('r', 'p') and c.relname <> all ($1::text[])
   and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))
union all
select 'view ' || c.relname || ' runs with its owner''s rights (security_invoker is off)'
  from pg_class c
 where c.relnamespace = (select oid from ours) and c.relkind = 'v'
   and not coalesce(c.reloptions @> array['security_invoker=true'], false)
union all
select 'materialized view ' || c.relname || ' cannot be under row security'
  from pg_class c where c.relnamespace = (select oid from ours) and c.relkind = 'm'
union all
select 'function ' || p.proname || ' has no pinned search_path'
  from pg_proc p
 where p.pronamespace = (select oid from ours) and p.prosqlbody is null
   and not exists (select from unnest(p.proconfig) setting where setting like 'search_path=%')
union all
select 'function ' || p.proname || ' runs with its owner''s rights and everybody may call it'
  from pg_proc p
 where p.pronamespace = (select oid from ours) and p.prosecdef
   and has_function_privilege('public', p.oid, 'execute')
union all
select 'policy ' || p.polname || ' on ' || c.relname || ' lets a row be written that it does not check'
  from pg_policy p join pg_class c on c.oid = p.polrelid
 where c.relnamespace = (select oid from ours) and p.polcmd in ('*', 'a', 'w') and p.polwithcheck is null
union all
select 'role ' || r.rolname || ' may ' || g.privilege_type || ' ' || c.relname
  from pg_class c, aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee
 where c.relnamespace = (select oid from ours) and r.rolname <> 'castellan_owner'
   and (g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
        or (c.relname like 'audit\\_logs%' and g.privilege_type in ('UPDATE', 'DELETE')))
union all
select 'everybody has rights on ' || c.relname
  from pg_class c, aclexplode(c.relacl) g where c.relnamespace = (select oid from ours) and g.grantee = 0
union all
select 'role ' || r.rolname || ' is ' || flaw.name
  from pg_roles r
  cross join lateral (values ('a superuser', r.rolsuper), ('able to bypass row security', r.rolbypassrls),
                             ('inheriting what it may only become', r.rolinherit)) flaw (name, holds)
 where flaw.holds and (r.rolname = session_user or r.rolname in ('castellan_member', 'castellan_technician', 'castellan_staff', 'castellan_identity'))
union all
select 'role ' || session_user || ' owns ' || c.relname
  from pg_class c join pg_roles r on r.oid = c.relowner
 where c.relnamespace = (select oid from ours) and r.rolname = session_user
union all
select 'PostgreSQL ' || current_setting('server_version') || ' is older than 15'
 where current_setting('server_version_num')::int < 150000`

/** What would let a tenant's rows out, found in the catalog by the login that serves requests. Empty when the walls stand. */
export async function findOpenWalls(client: pg.ClientBase | pg.Pool): Promise<string[]> {
  const { rows } = await client.query<{ finding: string }>(findings, [WITHOUT_TENANT])
  return rows.map(({ finding }) => finding)
}
