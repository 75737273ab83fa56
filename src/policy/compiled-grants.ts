import { accessLevels } from '../types/vocabulary.ts'
import { writeHours } from './compiled-hours.ts'
import { writeNetworks } from './compiled-networks.ts'
import type { GrantReach } from './grant-rules.ts'

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
 * Any number of live grants of one person, in the order of their customers. What a decision needs of a grant stands together, in a record
 * of 32 bytes, as memory is slow and arithmetic is not.
 */
export interface CompiledGrants {
  readonly count: number
  /** Of each record: customer, where its rules begin, marks, a gap, then two instants in four. */
  readonly words: Int32Array
  /** The same memory: of each record the third is its start, the fourth its end. */
  readonly instants: Float64Array
  /** When each was given, and when it was last used. */
  readonly uses: Float64Array
  /** Each in four words. */
  readonly ids: Int32Array
  /** Of each grant its services, its addresses, its hours, as far as it has such. */
  readonly rules: Int32Array
  /** Where to find a customer's grants: the position of the first, plus one, in the first free place from that of its number on. */
  readonly places: Int32Array
}

/** Names as numbers, so that they compare as such. */
export interface Numbers {
  /** The name's number, which is new for a new name. */
  numberOf(name: string): number
  /** Of a name that was never numbered: one that nothing has. */
  find(name: string): number
}

export interface Numbering {
  readonly customers: Numbers
  readonly services: Numbers
}

/** What a grant's marks tell, besides the position of its level in `accessLevels`. */
export const marks = { level: 3, services: 4, addresses: 8, hours: 16, restricted: 28 } as const

/** As the instant of its last use. */
export const NEVER_USED = -Infinity

const WORDS = 8
const INSTANTS = WORDS / 2
const USES = 2
const ID = 4

export const customerAt = ({ words }: CompiledGrants, i: number): number => words[WORDS * i] ?? -1
export const rulesAt = ({ words }: CompiledGrants, i: number): number => words[WORDS * i + 1] ?? 0
export const marksAt = ({ words }: CompiledGrants, i: number): number => words[WORDS * i + 2] ?? 0
export const startsAt = ({ instants }: CompiledGrants, i: number): number => instants[INSTANTS * i + 2] ?? Infinity
export const expiresAt = ({ instants }: CompiledGrants, i: number): number => instants[INSTANTS * i + 3] ?? 0
export const grantedAt = ({ uses }: CompiledGrants, i: number): number => uses[USES * i] ?? 0
export const lastUsedAt = ({ uses }: CompiledGrants, i: number): number => uses[USES * i + 1] ?? NEVER_USED

export const noGrants = placed({ ...emptyRecords(0), rules: new Int32Array(0) })

function emptyRecords(count: number): Omit<CompiledGrants, 'rules' | 'places'> {
  const words = new Int32Array(WORDS * count)
  const instants = new Float64Array(words.buffer)
  return { count, words, instants, uses: new Float64Array(USES * count), ids: new Int32Array(ID * count) }
}

export function compileGrants(grants: readonly LiveGrant[], { customers, services }: Numbering): CompiledGrants {
  const count = grants.length
  const rules: number[] = []
  const records = emptyRecords(count)
  const { words, instants, uses, ids } = records
  // A number and a position in one, as sorting plain numbers is so much faster.
  const order = Float64Array.from(
    grants,
    ({ customerOrgId }, i) => customers.numberOf(customerOrgId) * count + i,
  ).sort()
  for (let to = 0; to < count; to++) {
    const at = order[to] ?? 0
    const grant = grants[at % count]
    if (grant === undefined) continue
    words[WORDS * to] = Math.floor(at / count)
    words[WORDS * to + 1] = rules.length
    words[WORDS * to + 2] = marksOf(grant)
    writeId(grant.id, ids, ID * to)
    writeRules(grant, services, rules)
    instants[INSTANTS * to + 2] = grant.startsAt ?? Infinity
    instants[INSTANTS * to + 3] = grant.expiresAt ?? Infinity
    uses[USES * to] = grant.grantedAt ?? 0
    uses[USES * to + 1] = grant.lastUsedAt ?? NEVER_USED
  }
  return placed({ ...records, rules: Int32Array.from(rules) })
}

/** At least half of the places stay free. */
function placed(grants: Omit<CompiledGrants, 'places'>): CompiledGrants {
  const { count, words } = grants
  const places = new Int32Array(2 << (32 - Math.clz32(count)))
  for (let i = 0; i < count; i++) {
    const customer = words[WORDS * i] ?? 0
    if (i > 0 && words[WORDS * (i - 1)] === customer) continue
    let place = placeOf(customer, places)
    while (places[place] !== 0) place = (place + 1) & (places.length - 1)
    places[place] = i + 1
  }
  return { ...grants, places }
}

/** Fibonacci hashing, as the numbers of one person's customers may well be neighbours. */
const placeOf = (customer: number, { length }: Int32Array): number =>
  Math.imul(customer, 0x9e3779b1) >>> (Math.clz32(length) + 1)

/** Where the customer's grants begin; `count` where there is none. */
export function findGrants({ count, words, places }: CompiledGrants, customer: number): number {
  let place = placeOf(customer, places)
  for (;;) {
    const found = places[place] ?? 0
    if (found === 0) return count
    if (words[WORDS * (found - 1)] === customer) return found - 1
    place = (place + 1) & (places.length - 1)
  }
}

const marksOf = ({ accessLevel, allowedServices, ipRestrictions, timeRestrictions }: LiveGrant): number =>
  accessLevels.indexOf(accessLevel) |
  (allowedServices === null ? 0 : marks.services) |
  (ipRestrictions === null ? 0 : marks.addresses) |
  (timeRestrictions === null ? 0 : marks.hours)

function writeRules(grant: LiveGrant, services: Numbers, into: number[]): void {
  const { allowedServices, ipRestrictions, timeRestrictions } = grant
  if (allowedServices !== null) {
    into.push(allowedServices.length)
    for (const name of allowedServices) into.push(services.numberOf(name))
  }
  if (ipRestrictions !== null) writeNetworks(ipRestrictions, into)
  if (timeRestrictions !== null) writeHours(timeRestrictions, into)
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

export function idAt({ ids }: CompiledGrants, i: number): string {
  const hex = Array.from(ids.subarray(ID * i, ID * (i + 1)), (word) => (word >>> 0).toString(16).padStart(8, '0')).join(
    '',
  )
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
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
  const count = runs.reduce((sum, { start, end }) => sum + end - start, 0)
  const rules = new Int32Array(
    runs.reduce((sum, { from, start, end }) => sum + rulesBefore(from, end) - rulesBefore(from, start), 0),
  )
  const records = emptyRecords(count)
  const { words, uses, ids } = records
  let at = 0
  let written = 0
  for (const { from, start, end } of runs) {
    const [first, last] = [rulesBefore(from, start), rulesBefore(from, end)]
    words.set(from.words.subarray(WORDS * start, WORDS * end), WORDS * at)
    uses.set(from.uses.subarray(USES * start, USES * end), USES * at)
    ids.set(from.ids.subarray(ID * start, ID * end), ID * at)
    rules.set(from.rules.subarray(first, last), written)
    for (let i = start; i < end; i++) words[WORDS * (at + i - start) + 1] = rulesAt(from, i) - first + written
    written += last - first
    at += end - start
  }
  return placed({ ...records, rules })
}

const rulesBefore = (grants: CompiledGrants, i: number): number =>
  i < grants.count ? rulesAt(grants, i) : grants.rules.length
