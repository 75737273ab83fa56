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
 * Any number of live grants of one person, by customer, as columns one after the other. Instants: start, end, given, last used, of
 * `count` grants each. Words: customer, marks, id in four, where the rules begin (and at last where they end), then the rules.
 */
export interface CompiledGrants {
  readonly count: number
  readonly instants: Float64Array
  readonly words: Int32Array
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

export const noGrants: CompiledGrants = {
  count: 0,
  instants: new Float64Array(0),
  words: Int32Array.of(0),
}

export function compileGrants(grants: readonly LiveGrant[], { customers, services }: Numbering): CompiledGrants {
  const count = grants.length
  const rules: number[] = []
  const instants = new Float64Array(4 * count)
  const head = new Int32Array(7 * count + 1)
  // A number and a position in one, as sorting plain numbers is so much faster.
  const order = Float64Array.from(
    grants,
    ({ customerOrgId }, i) => customers.numberOf(customerOrgId) * count + i,
  ).sort()
  for (let to = 0; to < count; to++) {
    const at = order[to] ?? 0
    const grant = grants[at % count]
    if (grant === undefined) continue
    head[to] = Math.floor(at / count)
    head[count + to] = marksOf(grant)
    writeId(grant.id, head, 2 * count + 4 * to)
    head[6 * count + to] = rules.length
    writeRules(grant, services, rules)
    instants[to] = grant.startsAt ?? Infinity
    instants[count + to] = grant.expiresAt ?? Infinity
    instants[2 * count + to] = grant.grantedAt ?? 0
    instants[3 * count + to] = grant.lastUsedAt ?? NEVER_USED
  }
  head[7 * count] = rules.length
  const words = new Int32Array(head.length + rules.length)
  words.set(head)
  words.set(rules, head.length)
  return { count, instants, words }
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

export function idAt({ count, words }: CompiledGrants, i: number): string {
  const at = 2 * count + 4 * i
  const hex = Array.from(words.subarray(at, at + 4), (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Where the customer's grants begin, or would. */
export function firstOf({ count, words }: CompiledGrants, customer: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((words[middle] ?? 0) < customer) low = middle + 1
    else high = middle
  }
  return low
}

/** Where the rules of a grant are written: its services, its addresses, its hours, as far as it has such. */
export const rulesAt = ({ count, words }: CompiledGrants, i: number): number =>
  7 * count + 1 + (words[6 * count + i] ?? 0)

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
  const rules = runs.reduce((sum, { from, start, end }) => sum + rulesAt(from, end) - rulesAt(from, start), 0)
  const joined = { count, instants: new Float64Array(4 * count), words: new Int32Array(7 * count + 1 + rules) }
  let written = 0
  let at = 0
  for (const run of runs) {
    copyRun(run, joined, at)
    const { from, start, end } = run
    const [first, last] = [rulesAt(from, start), rulesAt(from, end)]
    joined.words.set(from.words.subarray(first, last), 7 * count + 1 + written)
    for (let i = start; i < end; i++) joined.words[6 * count + at + i - start] = rulesAt(from, i) - first + written
    written += last - first
    at += end - start
  }
  joined.words[7 * count] = written
  return joined
}

/** All but the rules. */
function copyRun({ from, start, end }: Run, into: CompiledGrants, at: number): void {
  for (let column = 0; column < 4; column++)
    into.instants.set(
      from.instants.subarray(column * from.count + start, column * from.count + end),
      column * into.count + at,
    )
  for (let column = 0; column < 2; column++)
    into.words.set(
      from.words.subarray(column * from.count + start, column * from.count + end),
      column * into.count + at,
    )
  into.words.set(from.words.subarray(2 * from.count + 4 * start, 2 * from.count + 4 * end), 2 * into.count + 4 * at)
}
