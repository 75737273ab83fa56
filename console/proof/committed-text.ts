import { canonicalJson } from '../../src/policy/canonical-json.ts'
import { withoutTexts } from '../../src/policy/personal-texts.ts'
import { sha256, utf8 } from './bytes.ts'

/** An event as the API shows it to staff. */
export interface ShownEvent {
  readonly id: string
  readonly organizationId: string
  readonly sequence: number | null
  readonly erased: readonly string[]
  readonly actor: { readonly email: string | null } | null
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly description: string
  readonly changes: unknown
  readonly details: unknown
}

interface Sealing {
  /** In base64; null when the data are erased. */
  readonly nonce: string | null
  readonly commitment: string
}

type Group = 'actor' | 'description' | 'content'
export type Commitments = Readonly<Record<Group, Sealing>>
type Members = Readonly<Record<string, unknown>>

const ERASED = '[erased]'

/** What is hashed of an event: without its sequence and what is null, with commitments in place of what is personal (RFC 8785). */
export async function committedText(event: ShownEvent, given: Commitments | null): Promise<string> {
  const {
    sequence: _sequence,
    erased: _erased,
    actor,
    ipAddress,
    userAgent,
    description,
    changes,
    details,
    ...rest
  } = event
  const content: Record<string, unknown> = {}
  const [keptChanges, keptDetails] = [
    withoutTexts(changes, { name: '', pointer: '/changes', taken: content }),
    withoutTexts(details, { name: '', pointer: '/details', taken: content }),
  ]
  const { email = null, ...who } = actor ?? {}
  const groups: Readonly<Record<Group, Members>> = {
    actor: withoutNulls({
      '/actor/email': email,
      '/ipAddress': ipAddress && canonicalAddress(ipAddress),
      '/userAgent': userAgent,
    }),
    description: description === ERASED ? {} : { '/description': description },
    content,
  }
  return canonicalJson(
    withoutNulls({
      ...rest,
      actor: actor && withoutNulls(who),
      changes: keptChanges,
      details: keptDetails,
      commitments: {
        actor: await commitmentTo(groups.actor, given?.actor),
        description: await commitmentTo(groups.description, given?.description),
        content: await commitmentTo(groups.content, given?.content),
      },
    }),
  )
}

/** Worked out from what is shown; believed only where there is nothing left to show. */
async function commitmentTo(members: Members, given: Sealing | undefined): Promise<string> {
  if (given && given.nonce === null && Object.keys(members).length === 0) return given.commitment
  const hash = await sha256(Uint8Array.of(2), utf8(`${given?.nonce ?? ''}${canonicalJson(members)}`))
  return btoa(String.fromCharCode(...hash))
}

const withoutNulls = (members: object): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined))

/** As RFC 5952 writes it, where the database has its own way with some addresses. */
const canonicalAddress = (address: string): string =>
  address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
