import { catalogue } from './catalogue.ts'
import type { RefusalCode } from './catalogue.ts'

/** A no that the caller may know of. `details` is shown to them. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly details: unknown
  /** Whether the trail already tells of it. */
  readonly recorded: boolean

  constructor(code: RefusalCode, details?: unknown, { recorded = false } = {}) {
    super(catalogue[code].message)
    this.code = code
    this.details = details
    this.recorded = recorded
  }

  get status(): number {
    return catalogue[this.code].status
  }
}

/** For what only the rules beyond the shapes can tell: one entry a fault. */
export const invalid = (path: string, message: string): Refusal => new Refusal('validation_failed', [{ path, message }])

/** @throws Refusal `not_found` */
export function found<T>(thing: T | null): T {
  if (thing === null) throw new Refusal('not_found')
  return thing
}
