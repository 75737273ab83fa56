import { authenticate } from './multi-tenant/authenticate.ts'
import { authorize } from './multi-tenant/authorize.ts'
import { checkGrant } from './multi-tenant/check-grant.ts'
import { limitRate } from './multi-tenant/limit-rate.ts'
import { resolveTenant } from './multi-tenant/resolve-tenant.ts'
import type { Question } from './multi-tenant/question.ts'

/** Asked of every call before its body is read: who, how often, may the role. */
export const beforeReading: readonly Question[] = [authenticate, limitRate, authorize]

/** Asked once its shape is known: whose data, does a grant hold now and from here. */
export const beforeHandling: readonly Question[] = [resolveTenant, checkGrant]
