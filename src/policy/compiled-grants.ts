import { accessLevels } from '../types/vocabulary.ts'
import type { Restrictions } from './compiled-restrictions.ts'
import type { GrantReach } from './grant-rules.ts'
import type { Numbers } from './numbers.ts'

/** A grant that has neither expired nor been revoked, as far as is written down. */
export interface LiveGrant extends Omit<GrantReach, 'startsAt' | 'expiresAt'> {
  readonly id: string
  readonly customerOrgId: string
  /** All four in milliseconds. Null for a start that never comes. */
  readonly startsAt: number | null
  readonly expiresAt: number | null
  readonly grantedAt: number | null
  readonly lastUsedAt: number | null
}

/**
 * Any number of live grants of one person, in the order of their customers, each in a record of 64 bytes of which a decision reads the
 * first half: memory is slow and arithmetic is not. Behind them a table of places, to find the first grant on a customer by its number.
 */
export interface CompiledGrants {
  readonly count: number
  /**
   * Of each record: customer, where its services and addresses are written, its level in two bits below where its hours are;
   * four instants in two words each; its id in four. Of each place: a position plus one below bits of the number's hash, in the first free one from that of the number on.
   */
  readonly words: Int32Array
  /** The same memory: of each record from the third on its start, its end, when it was given, when it was last used. */
  readonly instants: Float64Array
}

export interface Numbering {
  readonly customers: Numbers
  readonly restrictions: Restrictions
}

/** As the instant of its last use. */
export const NEVER_USED = -Infinity

const WORDS = 16
const INSTANTS = WORDS / 2
const ID_AT = 12
const LEVEL_BITS = 2
const LEVEL = 3

export const customerAt = ({ words }: CompiledGrants, i: number): number => words[WORDS * i] ?? -1
export const servicesAt = ({ words }: CompiledGrants, i: number): number => words[WORDS * i + 1] ?? 0
export const addressesAt = ({ words }: CompiledGrants, i: number): number => words[WORDS * i + 2] ?? 0
export const hoursAt = ({ words }: CompiledGrants, i: number): number => (words[WORDS * i + 3] ?? 0) >>> LEVEL_BITS
/** Its position in `accessLevels`. */
export const levelAt = ({ words }: CompiledGrants, i: number): number => (words[WORDS * i + 3] ?? 0) & LEVEL
export const startsAt = ({ instants }: CompiledGrants, i: number): number => instants[INSTANTS * i + 2] ?? Infinity
export const expiresAt = ({ instants }: CompiledGrants, i: number): number => instants[INSTANTS * i + 3] ?? 0
export const grantedAt = ({ instants }: CompiledGrants, i: number): number => instants[INSTANTS * i + 4] ?? 0
export const lastUsedAt = ({ instants }: CompiledGrants, i: number): number => instants[INSTANTS * i + 5] ?? NEVER_USED

export function isRestrictedAt({ words }: CompiledGrants, i: number): boolean {
  const at = WORDS * i
  return ((words[at + 1] ?? 0) | (words[at + 2] ?? 0) | ((words[at + 3] ?? 0) >>> LEVEL_BITS)) !== 0
}

/** A power of two, so that at least half of the places stay free. */
const placesFor = (count: number): number => 2 << (32 - Math.clz32(count))

/** The bits that a position takes; what is left of a place holds the same bits of the number's hash. */
const positionsFor = (count: number): number => (1 << (32 - Math.clz32(count))) - 1

/** Fibonacci hashing, as the numbers of one person's customers may well be neighbours. */
const hashOf = (customer: number): number => Math.imul(customer, 0x9e3779b1)
const placeOf = (hash: number, count: number): number => hash >>> (Math.clz32(count) - 1)

export const noGrants = emptyRecords(0)

function emptyRecords(count: number): CompiledGrants {
  const words = new Int32Array(WORDS * count + placesFor(count))
  return { count, words, instants: new Float64Array(words.buffer, 0, INSTANTS * count) }
}

export function compileGrants(grants: readonly LiveGrant[], { customers, restrictions }: Numbering): CompiledGrants {
  const count = grants.length
  const records = emptyRecords(count)
  // A number and a position in one, as sorting plain numbers is so much faster.
  const order = Float64Array.from(
    grants,
    ({ customerOrgId }, i) => customers.numberOf(customerOrgId) * count + i,
  ).sort()
  for (let to = 0; to < count; to++) {
    const at = order[to] ?? 0
    const grant = grants[at % count]
    if (grant === undefined) continue
    records.words[WORDS * to] = Math.floor(at / count)
    writeGrant(grant, restrictions, { records, to })
  }
  return placed(records)
}

function writeGrant(
  grant: LiveGrant,
  restrictions: Restrictions,
  { records: { words, instants }, to }: { records: CompiledGrants; to: number },
): void {
  words[WORDS * to + 1] = restrictions.services(grant.allowedServices)
  words[WORDS * to + 2] = restrictions.addresses(grant.ipRestrictions)
  words[WORDS * to + 3] =
    (restrictions.hours(grant.timeRestrictions) << LEVEL_BITS) | accessLevels.indexOf(grant.accessLevel)
  instants[INSTANTS * to + 2] = grant.startsAt ?? Infinity
  instants[INSTANTS * to + 3] = grant.expiresAt ?? Infinity
  instants[INSTANTS * to + 4] = grant.grantedAt ?? 0
  instants[INSTANTS * to + 5] = grant.lastUsedAt ?? NEVER_USED
  writeId(grant.id, words, WORDS * to + ID_AT)
}

/** The first of several on one customer is the first on the way from its place. */
function placed(records: CompiledGrants): CompiledGrants {
  const { count, words } = records
  const first = WORDS * count
  const mask = placesFor(count) - 1
  const positions = positionsFor(count)
  for (let i = 0; i < count; i++) {
    const hash = hashOf(words[WORDS * i] ?? 0)
    let place = placeOf(hash, count)
    while (words[first + place] !== 0) place = (place + 1) & mask
    words[first + place] = (hash & ~positions) | (i + 1)
  }
  return records
}

/** Where the customer's grants begin; `count` where there is none. Records of others are hardly ever touched. */
export function findGrants({ count, words }: CompiledGrants, customer: number): number {
  const first = WORDS * count
  const mask = placesFor(count) - 1
  const positions = positionsFor(count)
  const hash = hashOf(customer)
  let place = placeOf(hash, count)
  for (;;) {
    const found = words[first + place] ?? 0
    if (found === 0) return count
    const i = (found & positions) - 1
    if (((found ^ hash) & ~positions) === 0 && words[WORDS * i] === customer) return i
    place = (place + 1) & mask
  }
}

const HYPHEN = 45
const digit = (code: number): number => (code <= 57 ? code - 48 : (code | 32) - 87)

/** A UUID as four words. */
function writeId(id: string, words: Int32Array, at: number): void {
  let word = 0
  let digits = 0
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    if (code === HYPHEN) continue
    word = (word << 4) | digit(code)
    if ((++digits & 7) === 0) words[at + digits / 8 - 1] = word
  }
}

const hex = Uint8Array.from('0123456789abcdef', (character) => character.charCodeAt(0))
/** One for all, as making text of bytes is so much faster than putting it together. */
const idText = Buffer.from('00000000-0000-0000-0000-000000000000')

export function idAt({ words }: CompiledGrants, i: number): string {
  const at = WORDS * i + ID_AT
  const [first, second] = [words[at] ?? 0, words[at + 1] ?? 0]
  const [third, fourth] = [words[at + 2] ?? 0, words[at + 3] ?? 0]
  writeHex(first >>> 16, 0)
  writeHex(first, 4)
  writeHex(second >>> 16, 9)
  writeHex(second, 14)
  writeHex(third >>> 16, 19)
  writeHex(third, 24)
  writeHex(fourth >>> 16, 28)
  writeHex(fourth, 32)
  return idText.toString('latin1')
}

/** The lower half of a word. */
function writeHex(word: number, at: number): void {
  idText[at] = hex[(word >>> 12) & 15] ?? 0
  idText[at + 1] = hex[(word >>> 8) & 15] ?? 0
  idText[at + 2] = hex[(word >>> 4) & 15] ?? 0
  idText[at + 3] = hex[word & 15] ?? 0
}

/** Where the customer's grants begin, or would. */
function firstOf({ count, words }: CompiledGrants, customer: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((words[WORDS * middle] ?? 0) < customer) low = middle + 1
    else high = middle
  }
  return low
}

/** Neighbours in the same place. */
interface Run {
  readonly from: CompiledGrants
  readonly start: number
  readonly end: number
}

/** What both hold, but of `outer` nothing on the given customers. */
export function replaceGrants(outer: CompiledGrants, given: Iterable<number>, by: CompiledGrants): CompiledGrants {
  if (outer.count === 0) return by
  const runs: Run[] = []
  let start = 0
  for (const customer of Int32Array.from(given).sort()) {
    const end = firstOf(outer, customer)
    runs.push({ from: outer, start, end })
    start = firstOf(outer, customer + 1)
    runs.push({ from: by, start: firstOf(by, customer), end: firstOf(by, customer + 1) })
  }
  runs.push({ from: outer, start, end: outer.count })
  return join(runs.filter((run) => run.start < run.end))
}

function join(runs: readonly Run[]): CompiledGrants {
  const records = emptyRecords(runs.reduce((sum, { start, end }) => sum + end - start, 0))
  let at = 0
  for (const { from, start, end } of runs) {
    records.words.set(from.words.subarray(WORDS * start, WORDS * end), WORDS * at)
    at += end - start
  }
  return placed(records)
}
