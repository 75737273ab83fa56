import type { Call } from '../../context.ts'
import type { Operation, Reach } from '../../policy/operations.ts'
import type { RateLimits } from '../../stores/rate-limits.ts'
import type { Enrollee } from '../../types/enrollee.ts'
import type { Principal } from '../../types/principal.ts'
import type { Tenant } from '../../types/tenant.ts'

/** What a question may look at: the call, what the endpoint declares, and what earlier questions found out. */
export interface Asked extends Call {
  readonly operation: Operation
  readonly target: Target | null
  readonly bearer: string | null
  readonly limits: RateLimits
  answer(header: string, value: string): void
  /** Path parameters, once their shape is known. */
  params: Readonly<Record<string, string>>
  principal: Principal | null
  /** Who sets up a second factor; known where the rule asks for it alone. */
  enrollee: Enrollee | null
  reach: readonly Reach[]
  tenant: Tenant | null
}

/** Which path parameter names whose data it is. */
export type Target = { readonly organization: string } | { readonly user: string }

/** Answers by returning, or refuses by throwing. */
export type Question = (asked: Asked) => void | Promise<void>
