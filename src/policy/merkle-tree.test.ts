import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  append,
  consistencyRanges,
  emptyTree,
  foldPeaks,
  inclusionRanges,
  leafHash,
  provesConsistency,
  provesInclusion,
  rootOf,
  wholeSubtrees,
} from './merkle-tree.ts'
import type { Range } from './merkle-tree.ts'

const MOST = 130

/** RFC 9162 section 2.1.1, word for word. */
function naiveRoot(data: readonly Buffer[]): Buffer {
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  const [only] = data
  if (!only) return sha()
  if (data.length === 1) return sha(Buffer.from([0x00]), only)
  let k = 1
  while (k * 2 < data.length) k *= 2
  return sha(Buffer.from([0x01]), naiveRoot(data.slice(0, k)), naiveRoot(data.slice(k)))
}

const data = Array.from({ length: MOST }, (_, i) => Buffer.from(`event ${i}`))
const leaves = data.map((entry) => leafHash(entry))
const roots = Array.from({ length: MOST + 1 }, (_, size) => naiveRoot(data.slice(0, size)))
const known = new Map<number, Buffer>()
function naive({ from, to }: Range): Buffer {
  const root = known.get(from * 1000 + to) ?? naiveRoot(data.slice(from, to))
  known.set(from * 1000 + to, root)
  return root
}
const bent = (one: Buffer): Buffer => Buffer.from(one.map((byte, i) => (i === 7 ? byte ^ 1 : byte)))
const rootAt = (size: number): Buffer => roots[size] as Buffer
const leafAt = (index: number): Buffer => leaves[index] as Buffer

test('the tree of the standard’s own vectors', () => {
  const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const tree = append(
    emptyTree,
    entries.map((hex) => leafHash(Buffer.from(hex, 'hex'))),
  )
  expect(rootOf(emptyTree).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(rootOf(tree).toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
})

test(`every size up to ${MOST}: the root, grown at once or leaf by leaf, is the naive one`, () => {
  let slowly = emptyTree
  for (let size = 0; size <= MOST; size++) {
    expect(rootOf(append(emptyTree, leaves.slice(0, size))).equals(rootAt(size)), String(size)).toBe(true)
    expect(rootOf(slowly).equals(rootAt(size)), String(size)).toBe(true)
    slowly = append(slowly, leaves.slice(size, size + 1))
  }
})

test('every node that became whole is told of once, and is the naive root of its leaves', () => {
  const made = new Map<string, Buffer>()
  append(emptyTree, leaves, ({ level, index }, node) => {
    expect(made.has(`${level} ${index}`)).toBe(false)
    made.set(`${level} ${index}`, node)
  })
  for (let level = 0; 2 ** level <= MOST; level++) {
    for (let index = 0; (index + 1) * 2 ** level <= MOST; index++) {
      const whole = naive({ from: index * 2 ** level, to: (index + 1) * 2 ** level })
      expect(made.get(`${level} ${index}`)?.equals(whole), `${level} ${index}`).toBe(true)
      made.delete(`${level} ${index}`)
    }
  }
  expect([...made.keys()]).toEqual([])
})

describe(`every leaf of every size up to ${MOST}:`, () => {
  test('its inclusion is proven, and by nothing that differs in one bit, place or size', () => {
    for (let size = 1; size <= MOST; size++) {
      for (let index = 0; index < size; index++) {
        const proof = inclusionRanges(index, { from: 0, to: size }).map(naive)
        const claim = { leaf: leafAt(index), index, size, proof, root: rootAt(size) }
        const wrong = [
          { ...claim, leaf: bent(claim.leaf) },
          { ...claim, root: bent(claim.root) },
          { ...claim, index: index + 1 },
          { ...claim, proof: [...proof, claim.leaf] },
          { ...claim, root: rootAt(size - 1) },
          ...proof.map((step, i) => ({ ...claim, proof: proof.with(i, bent(step)) })),
          ...proof.map((_, i) => ({ ...claim, proof: proof.toSpliced(i, 1) })),
        ]
        if (!provesInclusion(claim)) expect.fail(`leaf ${index} of ${size} is not proven`)
        if (wrong.some(provesInclusion)) expect.fail(`leaf ${index} of ${size} is proven by what is wrong`)
      }
    }
  }, 60_000)
})

test(`every two sizes up to ${MOST}: consistency is proven, and by nothing that differs`, () => {
  for (let newer = 0; newer <= MOST; newer++) {
    for (let older = 0; older <= newer; older++) {
      const proof = consistencyRanges(older, newer).map(naive)
      const claim = {
        older: { size: older, root: rootAt(older) },
        newer: { size: newer, root: rootAt(newer) },
        proof,
      }
      const wrong = [
        { ...claim, older: { ...claim.older, root: bent(claim.older.root) } },
        ...(older === 0 ? [] : [{ ...claim, newer: { ...claim.newer, root: bent(claim.newer.root) } }]),
        { ...claim, older: { ...claim.older, size: newer + 1 } },
        { ...claim, proof: [...proof, leafAt(0)] },
        ...proof.map((step, i) => ({ ...claim, proof: proof.with(i, bent(step)) })),
        ...proof.map((_, i) => ({ ...claim, proof: proof.toSpliced(i, 1) })),
      ]
      if (!provesConsistency(claim)) expect.fail(`${older} of ${newer} is not proven`)
      if (wrong.some(provesConsistency)) expect.fail(`${older} of ${newer} is proven by what is wrong`)
    }
  }
}, 60_000)

test('the ranges of proofs are made of whole subtrees', () => {
  const whole = append(emptyTree, leaves)
  expect(whole.size).toBe(MOST)
  for (let size = 1; size <= MOST; size++) {
    for (const range of [...inclusionRanges(size - 1, { from: 0, to: size }), ...consistencyRanges(size, MOST)]) {
      const parts = wholeSubtrees(range).map(({ level, index }) =>
        naive({ from: index * 2 ** level, to: (index + 1) * 2 ** level }),
      )
      expect(foldPeaks(parts).equals(naive(range))).toBe(true)
    }
  }
})
