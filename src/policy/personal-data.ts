import { hash } from 'node:crypto'
import { personalGroups } from '../types/audit.ts'
import type { PersonalGroup } from '../types/audit.ts'
import type { StoredEvent, WrittenEvent } from '../types/written-event.ts'
import { canonicalAddress } from './addresses.ts'
import { canonicalJson } from './canonical-json.ts'

/** What stands in place of a description that is erased. */
export const ERASED = '[erased]'

/**
 * Members of changes and details whose words come from a list of ours, and so tell of nobody: they stay when the content is erased, and
 * so do ids, dates, numbers and truth values. Every other text there is personal.
 */
export const plainMembers: ReadonlySet<string> = new Set([
  ...[
    'accessLevel',
    'access_level',
    'allowedServices',
    'allowed_services',
    'basis',
    'by',
    'code',
    'databaseRole',
    'days',
    'end',
    'format',
  ],
  ...[
    'framework',
    'kind',
    'method',
    'model',
    'operation',
    'org_type',
    'outcome',
    'purpose',
    'reasons',
    'role',
    'service',
    'start',
  ],
  ...['status', 'timezone', 'verdict'],
])

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::\d\d)?)?)?$/

const isPlain = (name: string, text: string): boolean => plainMembers.has(name) || id.test(text) || date.test(text)

/** By their places in the event (JSON Pointer, RFC 6901). */
export type PersonalMembers = Readonly<Record<string, unknown>>

/** An event without what is personal, and that apart, by groups that are erased one by one. */
export interface Parted {
  readonly changes: unknown
  readonly details: unknown
  readonly personal: Readonly<Record<PersonalGroup, PersonalMembers>>
}

export function part({ actorEmail, ipAddress, userAgent, description, changes, details }: WrittenEvent): Parted {
  const content: Record<string, unknown> = {}
  return {
    changes: without(changes, { name: '', pointer: '/changes', taken: content }),
    details: without(details, { name: '', pointer: '/details', taken: content }),
    personal: {
      actor: {
        ...(actorEmail !== null && { '/actor/email': actorEmail }),
        // The database writes some IPv6 addresses in other words than we do.
        ...(ipAddress !== null && { '/ipAddress': canonicalAddress(ipAddress) ?? ipAddress }),
        ...(userAgent !== null && { '/userAgent': userAgent }),
      },
      description: description === ERASED ? {} : { '/description': description },
      content,
    },
  }
}

interface Spot {
  readonly name: string
  readonly pointer: string
  readonly taken: Record<string, unknown>
}

/** The value without its personal texts, which are put among those taken; undefined when it is one of them itself. */
function without(value: unknown, { name, pointer, taken }: Spot): unknown {
  if (typeof value === 'string' && !isPlain(name, value)) return void (taken[pointer] = value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) {
    const items = value.map((item, i) => without(item ?? null, { name, pointer: `${pointer}/${i}`, taken }))
    return items.filter((item) => item !== undefined)
  }
  const kept: [string, unknown][] = []
  for (const [member, inner] of Object.entries(value)) {
    const there = `${pointer}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
    // What technicians tell of a use is free in form: the names of its members can be anything as well.
    if (there === '/details/details') taken[there] = inner
    else kept.push([member, without(inner, { name: member, pointer: there, taken })])
  }
  return Object.fromEntries(kept)
}

/** SHA-256 of a byte of two, the nonce in base64, and the canonical text: who lacks the nonce can try no guesses against it. */
export const commitmentTo = (members: PersonalMembers, nonce: Uint8Array): Buffer =>
  hash('sha256', `\x02${Buffer.from(nonce).toString('base64')}${canonicalJson(members)}`, 'buffer')

const nonceOf = { actor: 'actorNonce', description: 'descriptionNonce', content: 'contentNonce' } as const
const commitmentOf = {
  actor: 'actorCommitment',
  description: 'descriptionCommitment',
  content: 'contentCommitment',
} as const

export interface Sealing {
  /** Null when the data are erased. */
  readonly nonce: Buffer | null
  readonly commitment: Buffer
}

/** What an event is committed to its personal data by. What was put back after an erasure is not what was committed to. */
export function sealingOf(event: StoredEvent, { personal }: Parted, group: PersonalGroup): Sealing {
  const nonce = event[nonceOf[group]]
  const commitment = event[commitmentOf[group]]
  const gone = Object.keys(personal[group]).length === 0
  if (nonce === null && commitment !== null && gone) return { nonce, commitment }
  return { nonce, commitment: commitmentTo(personal[group], nonce ?? Buffer.alloc(0)) }
}

export const erasedOf = (event: StoredEvent): PersonalGroup[] =>
  personalGroups.filter((group) => event[nonceOf[group]] === null)
