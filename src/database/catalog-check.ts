import type pg from 'pg'
import { SCOPES } from './roles.ts'

/** Bookkeeping without a tenant. Every other table must be walled. */
const WITHOUT_TENANT = ['schema_migrations']

/** Relations of ours. `$1` is WITHOUT_TENANT, `$2` SCOPES. */
const ours = `relnamespace = to_regnamespace('castellan')`
/** What only ever grows. */
const trail = '^audit_(logs|checkpoints|heads|seals|nodes|unaccounted|tombstones)'

const tables = [
  `select 'table ' || relname || ' is not under forced row security with a policy'
     from pg_class c
    where ${ours} and relkind in ('r', 'p') and relname <> all ($1::text[])
      and not (relrowsecurity and relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`,

  `select 'view ' || relname || ' runs with its owner''s rights (security_invoker is off)'
     from pg_class where ${ours} and relkind = 'v' and not coalesce(reloptions @> array['security_invoker=true'], false)`,

  `select 'materialized view ' || relname || ' cannot be under row security' from pg_class where ${ours} and relkind = 'm'`,

  `select 'policy ' || polname || ' on ' || relname || ' lets a row be written that it does not check'
     from pg_policy p join pg_class c on c.oid = p.polrelid
    where ${ours} and polcmd in ('*', 'a', 'w') and polwithcheck is null`,

  `select 'policy ' || polname || ' on ' || relname || ' is for everybody'
     from pg_policy p join pg_class c on c.oid = p.polrelid where ${ours} and 0 = any (polroles)`,

  `select 'foreign key ' || conname || ' of ' || c.relname || ' leads to a row of another organization as well'
     from pg_constraint f
     join pg_class c on c.oid = f.conrelid
     join pg_attribute here on here.attrelid = f.conrelid and here.attname = 'org_id'
     join pg_attribute there on there.attrelid = f.confrelid and there.attname = 'org_id'
    where ${ours} and contype = 'f' and conparentid = 0
      and not exists (select from unnest(conkey, confkey) pair (a, b) where pair.a = here.attnum and pair.b = there.attnum)`,
]

const rights = [
  `select 'role ' || r.rolname || ' may ' || privilege_type || ' ' || relname
     from pg_class c, aclexplode(relacl) g join pg_roles r on r.oid = g.grantee
    where ${ours} and r.rolname <> 'castellan_owner'
      and (privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
           or (relname ~ '${trail}' and privilege_type in ('UPDATE', 'DELETE')))`,

  `select 'role ' || r.rolname || ' may ' || privilege_type || ' ' || relname || '.' || attname
     from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(attacl) g join pg_roles r on r.oid = g.grantee
    where ${ours} and r.rolname <> 'castellan_owner'
      and (privilege_type = 'REFERENCES' or (relname ~ '${trail}' and privilege_type = 'UPDATE'))`,

  `select 'role ' || r.rolname || ' may ' || privilege_type || ' ' || relname || ' past the table that it is a part of'
     from pg_class c, aclexplode(relacl) g join pg_roles r on r.oid = g.grantee
    where ${ours} and relispartition and relkind = 'r' and r.rolname <> 'castellan_owner'`,

  `select 'everybody has rights on ' || relname from pg_class, aclexplode(relacl) g where ${ours} and g.grantee = 0`,

  `select 'everybody has rights on ' || relname || '.' || attname
     from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(attacl) g where ${ours} and g.grantee = 0`,
]

const functions = [
  `select 'function ' || proname || ' has no pinned search_path'
     from pg_proc
    where pronamespace = to_regnamespace('castellan') and prosqlbody is null
      and not exists (select from unnest(proconfig) setting where setting like 'search_path=%')`,

  `select 'function ' || proname || ' runs with its owner''s rights and everybody may call it'
     from pg_proc
    where pronamespace = to_regnamespace('castellan') and prosecdef and has_function_privilege('public', oid, 'execute')`,

  `select 'function ' || proname || ' runs with the rights of ' || r.rolname || ', whom row security does not bind'
     from pg_proc p join pg_roles r on r.oid = p.proowner
    where pronamespace = to_regnamespace('castellan') and prosecdef and (r.rolsuper or r.rolbypassrls)`,

  `select 'trigger ' || tgname || ' on ' || relname || ' is disabled'
     from pg_trigger t join pg_class c on c.oid = t.tgrelid where ${ours} and tgenabled in ('D', 'R')`,

  `select 'table ' || relname || ' may be emptied: no trigger refuses to truncate it'
     from pg_class c
    where ${ours} and relkind in ('r', 'p') and relname ~ '${trail}'
      and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgtype & 32 = 32)`,
]

const logins = [
  `select 'role ' || rolname || ' is ' || flaw.name
     from pg_roles r
     cross join lateral (values ('a superuser', rolsuper), ('able to bypass row security', rolbypassrls),
                                ('able to make roles', rolcreaterole)) flaw (name, holds)
    where flaw.holds and (rolname = session_user or rolname = any ($2::text[]))`,

  `select 'role ' || session_user || ' inherits what it may only become: ' || rolname
     from pg_roles where rolname = any ($2::text[]) and pg_has_role(session_user, oid, 'usage')`,

  `select 'role ' || session_user || ' can become ' || rolname
     from pg_roles
    where rolname <> session_user and rolname <> all ($2::text[]) and pg_has_role(session_user, oid, 'member')
      and not (select rolsuper from pg_roles where rolname = session_user)`,

  `select 'role ' || rolname || ' owns ' || relname
     from pg_class c join pg_roles r on r.oid = c.relowner
    where ${ours} and (rolname = session_user or rolname = any ($2::text[]))`,

  `select 'PostgreSQL ' || current_setting('server_version') || ' is older than 15'
    where current_setting('server_version_num')::int < 150000`,
]

const findings = [...tables, ...rights, ...functions, ...logins].join('\nunion all\n')

/** What would let a tenant's rows out, found in the catalog by the login that serves requests. Empty when the walls stand. */
export async function findOpenWalls(client: pg.ClientBase | pg.Pool): Promise<string[]> {
  const { rows } = await client.query<[finding: string]>({
    text: findings,
    values: [WITHOUT_TENANT, SCOPES],
    rowMode: 'array',
  })
  return rows.map(([finding]) => finding)
}
