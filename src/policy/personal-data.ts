import { personalGroups } from '../types/audit.ts'
import type { PersonalGroup } from '../types/audit.ts'
import type { StoredEvent, WrittenEvent } from '../types/written-event.ts'
import { canonicalAddress } from './addresses.ts'
import { canonicalJson } from './canonical-json.ts'
import { sha256 } from './merkle-tree.ts'
import { withoutTexts } from './personal-texts.ts'

/** What stands in place of a description that is erased. */
export const ERASED = '[erased]'

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
    changes: withoutTexts(changes, { name: '', pointer: '/changes', taken: content }),
    details: withoutTexts(details, { name: '', pointer: '/details', taken: content }),
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

/** SHA-256 of a byte of two, the nonce in base64, and the canonical text: who lacks the nonce can try no guesses against it. */
export const commitmentTo = (members: PersonalMembers, nonce: Buffer): Buffer =>
  sha256(`\x02${nonce.toString('base64')}${canonicalJson(members)}`)

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
