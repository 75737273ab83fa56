import { one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import { matrixFlags } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import type { Role } from '../types/vocabulary.ts'
import { inStatus } from './access-shape.ts'

/** Parts of the JSON of a compact matrix; of lists what is between their brackets. */
export interface MatrixThen {
  readonly technicians: string
  readonly customers: string
  readonly rowOffsets: string
  readonly customerIndex: string
  readonly level: string
  readonly flags: string
}

/**
 * One walk along the versions of all grants by their index, for staff. The database writes the numbers as text: as rows, hundreds of
 * thousands of them would stop the process that reads them. What was used by then is the trail's to tell.
 */
export const findMatrixThen = (at: Date, granteeRoles: readonly Role[]): Statement<MatrixThen> =>
  one(sql<MatrixThen>`
    with known as (
      select distinct on (h.customer_org_id, h.access_id)
             h.technician_id, h.customer_org_id, h.access_level, h.status, h.starts_at, h.expires_at,
             num_nonnulls(h.allowed_services, h.ip_restrictions, h.time_restrictions) > 0 as restricted
        from technician_customer_access_history h
       where h.valid_from <= ${at}
       order by h.customer_org_id desc, h.access_id desc, h.valid_from desc, h.version desc
    ), cells as materialized (
      select g.technician_id, g.customer_org_id, array_position(${accessLevels}::text[], g.access_level) - 1 as level,
             case when g.expires_at <= ${at}::timestamptz + interval '7 days' then ${matrixFlags.soonExpired}::int else 0 end
             + case when g.restricted then ${matrixFlags.restricted}::int else 0 end
             + case when g.access_level = 'emergency' then ${matrixFlags.emergency}::int else 0 end as flags
        from known g
       where ${inStatus('active', at)}
    ), technicians as materialized (
      select u.id, u.first_name, u.last_name, u.email, u.role, row_number() over (order by u.name_normal, u.id) - 1 as place
        from users u
       where u.org_type = 'mss_provider'
         and (u.status = 'active' and u.role = any (${granteeRoles}::text[]) and u.created_at <= ${at}
              or u.id in (select technician_id from cells))
    ), customers as materialized (
      select o.id, o.name, o.status, row_number() over (order by o.name_normal, o.id) - 1 as place
        from organizations o
       where o.type = 'customer' and (o.status <> 'deleted' and o.created_at <= ${at} or o.id in (select customer_org_id from cells))
    ), placed as materialized (
      select t.place as row, c.place as col, x.level, x.flags
        from cells x join technicians t on t.id = x.technician_id join customers c on c.id = x.customer_org_id
    ), ends as (
      select t.place, sum(count(p.row)) over (order by t.place) as upto
        from technicians t left join placed p on p.row = t.place
       group by t.place
    )
    select (select coalesce(json_agg(json_build_object('id', t.id, 'firstName', t.first_name, 'lastName', t.last_name, 'email', t.email,
                                                       'role', t.role) order by t.place), '[]')::text from technicians t) as technicians,
           (select coalesce(json_agg(json_build_object('id', c.id, 'name', c.name, 'status', c.status) order by c.place), '[]')::text
              from customers c) as customers,
           (select concat_ws(',', '0', string_agg(upto::text, ',' order by place)) from ends) as "rowOffsets",
           coalesce(string_agg(p.col::text, ',' order by p.row, p.col, p.level), '') as "customerIndex",
           coalesce(string_agg(p.level::text, ',' order by p.row, p.col, p.level), '') as level,
           coalesce(string_agg(p.flags::text, ',' order by p.row, p.col, p.level), '') as flags
      from placed p`)
