import type { Scope } from '../types/scope.ts'

export const contextText =
  "select set_config('role', $1, true), set_config('castellan.org_id', $2, true), set_config('castellan.user_id', $3, true)"

/** Values of `contextText`. They hold until the transaction ends and no longer. */
export function contextValues(scope: Scope): [role: string, orgId: string, userId: string] {
  const orgId = 'orgId' in scope ? (scope.orgId ?? '') : ''
  const userId = 'userId' in scope ? scope.userId : ''
  return [`castellan_${scope.as}`, orgId, userId]
}
