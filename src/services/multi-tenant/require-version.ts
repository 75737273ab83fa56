import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { isNamed } from '../../policy/preconditions.ts'

/** Compare after the row is locked, or the version can pass by. @throws Refusal `precondition_failed` */
export function requireVersion({ ifMatch }: Call, { version }: { version: number }): void {
  if (!isNamed(ifMatch, version)) throw new Refusal('precondition_failed')
}
