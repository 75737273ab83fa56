import { one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { CompactMatrix } from '../types/access-matrix.ts'
import { customerAxis, technicianAxis } from './access-matrix.ts'
import type { WholeMatrix } from './access-matrix.ts'

export const readMatrixAxes = (whole: WholeMatrix): Statement<Pick<CompactMatrix, 'technicians' | 'customers'>> =>
  one(sql<Pick<CompactMatrix, 'technicians' | 'customers'>>`
    select (select coalesce(json_agg(json_build_object('id', t.id, 'firstName', t.first_name, 'lastName', t.last_name, 'email', t.email,
                                                       'role', t.role) order by t.name_normal, t.id), '[]')
              from (${technicianAxis(whole)}) t) as technicians,
           (select coalesce(json_agg(json_build_object('id', c.id, 'name', c.name, 'status', c.status) order by c.name_normal, c.id), '[]')
              from (${customerAxis(whole)}) c) as customers`)
