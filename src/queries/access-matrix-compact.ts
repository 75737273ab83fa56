import { one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import { matrixFlags } from '../types/access-matrix.ts'
import type { CompactMatrix } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import { holdsAt, longUnusedFrom, soonExpiredFrom } from './access-marks.ts'
import { cellMatches, customerAxis, technicianAxis } from './access-matrix.ts'
import type { WholeMatrix } from './access-matrix.ts'

/** The cells in no order, each as one number: its row, then 26 bits of its column, 2 of its level and 4 of its flags. */
export interface MatrixCells extends Pick<CompactMatrix, 'technicians' | 'customers' | 'version'> {
  readonly cells: readonly number[]
}

/**
 * Names what the matrix shows. Between two instants it changes only by what is counted, when a grant begins, ends or comes within 7
 * days of its end, or with the day; each of which is found without reading the matrix.
 */
const version = ({ technicianIds, now }: WholeMatrix): Sql<string> => {
  const last = (column: Sql<unknown>, until: Sql<unknown>) =>
    sql`(select max(${column}) from technician_customer_access g where g.status in ('scheduled', 'active') and ${column} <= ${until})`
  return sql<string>`
    md5(concat_ws(' ', (select sum(count) from matrix_changes), ${technicianIds?.join() ?? 'all'}::text, ${startOfDay(now)}::text,
                  ${last(sql`g.starts_at`, sql`${now}`)}, ${last(sql`g.expires_at`, sql`${now}`)},
                  ${last(sql`g.expires_at`, sql`${now}::timestamptz + interval '7 days'`)}))`
}

const startOfDay = (now: Date): Date => new Date(now.toISOString().slice(0, 10))

export const findMatrixVersion = (whole: WholeMatrix): Statement<{ version: string }> =>
  one(sql<{ version: string }>`select ${version(whole)} as version`)

const flags = ({ now }: WholeMatrix): Sql<number> => sql<number>`
  case when ${holdsAt(soonExpiredFrom, now)} then ${matrixFlags.soonExpired}::int else 0 end
  + case when num_nonnulls(g.allowed_services, g.ip_restrictions, g.time_restrictions) > 0 then ${matrixFlags.restricted}::int else 0 end
  + case when g.access_level = 'emergency' then ${matrixFlags.emergency}::int else 0 end
  + case when ${holdsAt(longUnusedFrom, startOfDay(now))} then ${matrixFlags.longUnused}::int else 0 end`

/** In one statement, so that axes, cells and version are of one moment. */
export const readMatrix = (whole: WholeMatrix): Statement<MatrixCells> =>
  one(sql<MatrixCells>`
    with t as materialized (
      select a.*, row_number() over (order by a.name_normal, a.id) - 1 as n from (${technicianAxis(whole)}) a
    ), c as materialized (
      select a.*, row_number() over (order by a.name_normal, a.id) - 1 as n from (${customerAxis(whole)}) a
    )
    select (select coalesce(json_agg(json_build_object('id', t.id, 'firstName', t.first_name, 'lastName', t.last_name, 'email', t.email,
                                                       'role', t.role) order by t.n), '[]') from t) as technicians,
           (select coalesce(json_agg(json_build_object('id', c.id, 'name', c.name, 'status', c.status) order by c.n), '[]')
              from c) as customers,
           coalesce(array_to_json(array_agg((t.n << 32) | (c.n << 6) | (level << 4) | flags)), '[]') as cells,
           ${version(whole)} as version
      from technician_customer_access g
      join t on t.id = g.technician_id
      join c on c.id = g.customer_org_id
     cross join lateral (
       select array_position(${accessLevels}::text[], g.access_level)::bigint - 1 as level, (${flags(whole)})::bigint as flags) marks
     where ${cellMatches(whole)}`)
