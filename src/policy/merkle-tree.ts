import { hash } from 'node:crypto'

/** The tree of RFC 9162 section 2.1 with SHA-256. */
export const HASH_BYTES = 32

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** By way of a string: a buffer that Node makes itself takes longer than the hash. */
export const sha256 = (data: Uint8Array | string): Buffer => Buffer.from(hash('sha256', data, 'binary'), 'latin1')

/** Of a text its UTF-8, in which a zero byte is a character as well. */
export const leafHash = (data: Uint8Array | string): Buffer =>
  sha256(typeof data === 'string' ? `\0${data}` : Buffer.concat([LEAF, data]))

export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([NODE, left, right]))

/** A node over a whole power of two of leaves: its `index` among those of its `level`; leaves are level 0. */
export interface Place {
  readonly level: number
  readonly index: number
}

/** All that a tree has to remember to grow: the roots of its whole subtrees, the largest first. */
export interface Frontier {
  readonly size: number
  readonly peaks: readonly Buffer[]
}

export const emptyTree: Frontier = { size: 0, peaks: [] }

/** @param made hears of every node that became whole, leaves included */
export function append(
  { size, peaks }: Frontier,
  leaves: readonly Buffer[],
  made: (place: Place, node: Buffer) => void = () => undefined,
): Frontier {
  const grown = [...peaks]
  for (const [i, leaf] of leaves.entries()) {
    let node = leaf
    let index = size + i
    let level = 0
    made({ level, index }, node)
    while (index % 2 === 1) {
      node = nodeHash(grown.pop() as Buffer, node)
      index = (index - 1) / 2
      level++
      made({ level, index }, node)
    }
    grown.push(node)
  }
  return { size: size + leaves.length, peaks: grown }
}

export const rootOf = ({ peaks }: Frontier): Buffer => foldPeaks(peaks)

/** The root over subtrees that stand side by side, the largest first. */
export function foldPeaks(peaks: readonly Buffer[]): Buffer {
  const last = peaks.at(-1)
  if (!last) return sha256('')
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}

/** Leaves from `from` to before `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** What the inclusion proof of a leaf consists of, in its order (RFC 9162 section 2.1.3.1). */
export function inclusionRanges(leaf: number, { from, to }: Range): Range[] {
  if (to - from === 1) return []
  const middle = from + half(to - from)
  return leaf < middle
    ? [...inclusionRanges(leaf, { from, to: middle }), { from: middle, to }]
    : [...inclusionRanges(leaf, { from: middle, to }), { from, to: middle }]
}

/** What the consistency proof of two sizes consists of, in its order (RFC 9162 section 2.1.4.1). */
export function consistencyRanges(older: number, newer: number): Range[] {
  return older === 0 ? [] : subproof(older, { from: 0, to: newer }, true)
}

function subproof(older: number, { from, to }: Range, whole: boolean): Range[] {
  if (older === to) return whole ? [] : [{ from, to }]
  const middle = from + half(to - from)
  return older <= middle
    ? [...subproof(older, { from, to: middle }, whole), { from: middle, to }]
    : [...subproof(older, { from: middle, to }, false), { from, to: middle }]
}

/** The largest power of two that is smaller. */
function half(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** The whole subtrees that a range of a proof consists of, from left to right. */
export function wholeSubtrees({ from, to }: Range): Place[] {
  const size = to - from
  const level = Math.log2(size)
  if (Number.isInteger(level)) return [{ level, index: from / size }]
  const middle = from + half(size)
  return [...wholeSubtrees({ from, to: middle }), ...wholeSubtrees({ from: middle, to })]
}

interface Inclusion {
  readonly leaf: Buffer
  readonly index: number
  readonly size: number
  readonly proof: readonly Buffer[]
  readonly root: Buffer
}

/** RFC 9162 section 2.1.3.2. */
export function provesInclusion({ leaf, index, size, proof, root }: Inclusion): boolean {
  if (index >= size) return false
  let [fn, sn, node] = [index, size - 1, leaf]
  for (const step of proof) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(step, node)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else {
      node = nodeHash(node, step)
    }
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && node.equals(root)
}

interface Consistency {
  readonly older: { readonly size: number; readonly root: Buffer }
  readonly newer: { readonly size: number; readonly root: Buffer }
  readonly proof: readonly Buffer[]
}

/** RFC 9162 section 2.1.4.2. Every tree goes on from the empty one. */
export function provesConsistency({ older, newer, proof }: Consistency): boolean {
  if (older.size > newer.size) return false
  if (older.size === 0) return proof.length === 0 && older.root.equals(foldPeaks([]))
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root)
  const path = Number.isInteger(Math.log2(older.size)) ? [older.root, ...proof] : [...proof]
  const first = path.shift()
  if (!first) return false
  let [fn, sn] = [older.size - 1, newer.size - 1]
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  let [fr, sr] = [first, first]
  for (const step of path) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      ;[fr, sr] = [nodeHash(step, fr), nodeHash(step, sr)]
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else {
      sr = nodeHash(sr, step)
    }
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && fr.equals(older.root) && sr.equals(newer.root)
}
