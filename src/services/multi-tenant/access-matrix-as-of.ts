import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { granteeRoles } from '../../policy/grant-duties.ts'
import { findMatrixThen } from '../../queries/access-matrix-then.ts'
import type { EncodedMatrix } from '../../types/access-matrix.ts'
import type { MatrixAsOfQuery } from '../../types/grant-history.ts'

/** Every grant in force at an instant as it was then, between those who were there then, under the names of today. */
export async function accessMatrixAsOf(ctx: Context, { at }: MatrixAsOfQuery): Promise<EncodedMatrix> {
  const then = await ctx.db.run(findMatrixThen(new Date(at), granteeRoles))
  const json = [
    `{"technicians":${then.technicians},"customers":${then.customers},"rowOffsets":[${then.rowOffsets}]`,
    `"customerIndex":[${then.customerIndex}],"level":[${then.level}],"flags":[${then.flags}]`,
  ].join()
  const version = createHash('sha256').update(json).digest('base64url')
  return { version, json: Buffer.from(`${json},"version":"${version}"}`) }
}
