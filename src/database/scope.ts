import type { Scope } from '../types/scope.ts'

/** Answers with a row without columns: nobody reads it. */
export const contextText = `select
  where set_config('role', $1, true) is not null
    and set_config('castellan.org_id', $2, true) is not null
    and set_config('castellan.user_id', $3, true) is not null`

/** Values of `contextText`. They hold until the transaction ends and no longer. */
export function contextValues(scope: Scope): [role: string, orgId: string, userId: string] {
  const orgId = 'orgId' in scope ? (scope.orgId ?? '') : ''
  const userId = 'userId' in scope ? scope.userId : ''
  return [`castellan_${scope.as}`, orgId, userId]
}
