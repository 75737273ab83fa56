import type { AccessLevel } from '../types/vocabulary.ts'

export interface Terms {
  accessLevel: AccessLevel
  startsAt: Date
  expiresAt: Date | null
  reason: string | null
}

/** As a sentence says it. */
export const accessInWords: Readonly<Record<AccessLevel, string>> = {
  read_only: 'read-only access',
  full_access: 'full access',
  emergency: 'emergency access',
}

export interface Fault {
  path: string
  message: string
}

const HOUR_MS = 3_600_000
const EMERGENCY_HOURS = { usual: 4, most: 24 }
const EMERGENCY_REASON_CHARACTERS = 10

/** When a grant ends that does not say so: an emergency after 4 hours, any other never. */
export const usualEnd = (level: AccessLevel, startsAt: Date): Date | null =>
  level === 'emergency' ? hoursAfter(startsAt, EMERGENCY_HOURS.usual) : null

/** What keeps a grant from being given, or given longer, on these terms. */
export function faultsOfTerms(terms: Terms, now: Date): Fault[] {
  const { startsAt, expiresAt } = terms
  const faults: Fault[] = []
  if (expiresAt !== null && expiresAt <= startsAt)
    faults.push({ path: 'expiresAt', message: 'Must be after the start' })
  if (expiresAt !== null && expiresAt <= now) faults.push({ path: 'expiresAt', message: 'Must be in the future' })
  return terms.accessLevel === 'emergency' ? faults.concat(faultsOfEmergency(terms)) : faults
}

function faultsOfEmergency({ startsAt, expiresAt, reason }: Terms): Fault[] {
  const faults: Fault[] = []
  if (expiresAt === null || expiresAt > hoursAfter(startsAt, EMERGENCY_HOURS.most)) {
    faults.push({ path: 'expiresAt', message: `Must be within ${EMERGENCY_HOURS.most} hours of the start` })
  }
  if (reason === null || shownLength(reason) < EMERGENCY_REASON_CHARACTERS) {
    faults.push({ path: 'reason', message: `Must have at least ${EMERGENCY_REASON_CHARACTERS} characters` })
  }
  return faults
}

const hoursAfter = (start: Date, hours: number): Date => new Date(start.getTime() + hours * HOUR_MS)
const shownLength = (words: string): number => [...words.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')].length

/** An emergency is a procedure of its own: no grant becomes one, and none stops being one. */
export const changesKind = (before: AccessLevel, after: AccessLevel): boolean =>
  (before === 'emergency') !== (after === 'emergency')

/** The level that a use or a question asks for: `emergency` grants what `full_access` does. */
export const askedLevel = (level: AccessLevel): 'read_only' | 'full_access' =>
  level === 'read_only' ? 'read_only' : 'full_access'
