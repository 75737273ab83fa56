import type { AuditEvent } from '../types/audit.ts'
import type { Principal } from '../types/principal.ts'

/** What staff write about a grant, and from where it works: in the application's words and in the database's. */
const staffOnly = new Set(['notes', 'ipRestrictions', 'ip_restrictions'])

/** An event as its reader may see it: customers see neither. */
export function asSeenBy({ orgType }: Pick<Principal, 'orgType'>, event: AuditEvent): AuditEvent {
  if (orgType !== 'customer') return event
  const { changes, details } = event
  return {
    ...event,
    changes: changes && { before: masked(changes.before), after: masked(changes.after) },
    details: masked(details),
  }
}

/** Whether an event has what its reader may not see. */
export const hidesFrom = (
  { orgType }: Pick<Principal, 'orgType'>,
  { changes, details }: { readonly changes: unknown; readonly details: unknown },
): boolean => orgType === 'customer' && names([changes, details]).some((name) => staffOnly.has(name))

const names = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)])
    : []

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !staffOnly.has(name))
      .map(([name, inner]) => [name, masked(inner)]),
  )
}
