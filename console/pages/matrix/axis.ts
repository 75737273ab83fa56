import { levelNames } from '../../words.ts'
import type { Level } from '../../words.ts'

export const levels = ['read_only', 'full_access', 'emergency'] as const satisfies readonly Level[]
export const axisOrders = ['name', '-name', '-grants', 'grants'] as const
export type AxisOrder = (typeof axisOrders)[number]

/** How one axis is narrowed, ordered and divided. */
export interface AxisFilter {
  sort?: AxisOrder | undefined
  /** `kind` is the role of a technician, the status of a customer. */
  group?: 'kind' | 'level' | undefined
  kind?: string | undefined
  /** Only those with a grant that is shown. */
  taken?: boolean | undefined
}

export interface Group {
  label: string
  /** Where it begins, as displayed. */
  from: number
  count: number
}

export interface Axis {
  /** Positions in the compact matrix, in the order of display. */
  order: Int32Array
  /** Of each position of the compact matrix: where it is displayed, −1 where it is not. */
  place: Int32Array
  /** None where the axis is not divided. */
  groups: readonly Group[]
}

/** Of each position of an axis: how many grants, and the highest level among them, −1 where there is none. */
export interface Tally {
  counts: Int32Array
  highest: Int8Array
}

interface AxisInput {
  names: readonly string[]
  kinds: readonly string[]
  kindNames: Readonly<Record<string, string>>
  /** Whether the words that are searched for leave it in. */
  found: (at: number) => boolean
  /** To some of the grants: what has none of them is left out. */
  narrowed: boolean
  tally: Tally
}

const inEnglish = new Intl.Collator('en', { numeric: true })

export function axisOf({ sort = 'name', group, kind, taken }: AxisFilter, input: AxisInput): Axis {
  const { names, kinds, found, tally } = input
  const needed = taken === true || input.narrowed
  const kept = names
    .map((_, at) => at)
    .filter((at) => found(at) && (kind === undefined || kinds[at] === kind) && (!needed || (tally.counts[at] ?? 0) > 0))
  const byName = (a: number, b: number): number => inEnglish.compare(names[a] ?? '', names[b] ?? '')
  const byCount = (a: number, b: number): number => (tally.counts[a] ?? 0) - (tally.counts[b] ?? 0)
  const orders: Readonly<Record<AxisOrder, (a: number, b: number) => number>> = {
    name: byName,
    '-name': (a, b) => byName(b, a),
    grants: (a, b) => byCount(a, b) || byName(a, b),
    '-grants': (a, b) => byCount(b, a) || byName(a, b),
  }
  const rank = rankOf(group, input)
  kept.sort((a, b) => rank(a) - rank(b) || orders[sort](a, b))
  const place = new Int32Array(names.length).fill(-1)
  kept.forEach((at, index) => (place[at] = index))
  return { order: Int32Array.from(kept), place, groups: groupsOf(kept, group, input) }
}

/** The group that a position belongs to, by number. */
function rankOf(group: AxisFilter['group'], { kinds, kindNames, tally }: AxisInput): (at: number) => number {
  if (group === 'level') return (at) => levels.length - (tally.highest[at] ?? -1)
  if (group === undefined) return () => 0
  const known = Object.keys(kindNames)
  return (at) => known.indexOf(kinds[at] ?? '')
}

function groupsOf(kept: readonly number[], group: AxisFilter['group'], input: AxisInput): Group[] {
  if (group === undefined) return []
  const { kinds, kindNames, tally } = input
  const labelOf = (at: number): string =>
    group === 'level' ? (highestNames[1 + (tally.highest[at] ?? -1)] ?? '') : (kindNames[kinds[at] ?? ''] ?? '')
  const groups: Group[] = []
  kept.forEach((at, index) => {
    const label = labelOf(at)
    const last = groups.at(-1)
    if (last?.label === label) last.count++
    else groups.push({ label, from: index, count: 1 })
  })
  return groups
}

const highestNames = ['No access', ...levels.map((level) => levelNames[level])]
