// The whole matrix in one statement that answers with the JSON itself, as text, with nobody's row security in the way.

const axes = `
  t as materialized (
    select u.*, row_number() over (order by u.name_normal, u.id) - 1 as n from users u
     where u.org_type = 'mss_provider' and u.status = 'active' and u.role in ('technician', 'security_analyst', 'super_admin')
  ), c as materialized (
    select o.*, row_number() over (order by o.name_normal, o.id) - 1 as n from organizations o
     where o.type = 'customer' and o.status <> 'deleted'
  )`

const axesAsJson = `
  'technicians', (select json_agg(json_build_object('id', id, 'firstName', first_name, 'lastName', last_name, 'email', email,
                                                    'role', role) order by n) from t),
  'customers', (select json_agg(json_build_object('id', id, 'name', name, 'status', status) order by n) from c)`

const active = `g.status in ('scheduled', 'active') and g.starts_at <= now() and (g.expires_at is null or g.expires_at > now())`
const level = `case g.access_level when 'read_only' then 0 when 'full_access' then 1 else 2 end`
const flags = `
  case when g.expires_at - interval '7 days' <= now() then 1 else 0 end
  + case when num_nonnulls(g.allowed_services, g.ip_restrictions, g.time_restrictions) > 0 then 2 else 0 end
  + case when g.access_level = 'emergency' then 4 else 0 end
  + case when coalesce(g.last_used_at, g.granted_at) + interval '90 days' <= date_trunc('day', now()) then 8 else 0 end`

/** Each grant as one number. Whoever reads it has to sort. */
export const packedNumbers = `/* packed */
  with ${axes}
  select json_build_object(${axesAsJson}, 'cells', array_to_json(array_agg((t.n << 32) | (c.n << 6) | ((${level})::bigint << 4) | (${flags})::bigint)))::text as data
    from technician_customer_access g join t on t.id = g.technician_id join c on c.id = g.customer_org_id
   where ${active}`

/** Each grant as an array of two ids and two numbers. */
export const arraysOfIds = `/* arrays */
  with ${axes}
  select json_build_object(${axesAsJson}, 'cells', json_agg(json_build_array(g.technician_id, g.customer_org_id, ${level}, ${flags})))::text as data
    from technician_customer_access g
   where ${active}`
