import type { Tenancy } from '../../database/tenancy.ts'
import { foldPeaks, leafHash, nodeHash, wholeSubtrees } from '../../policy/merkle-tree.ts'
import type { Place, Range } from '../../policy/merkle-tree.ts'
import { listHeadsWithin, listLeaves, listNodes } from '../../queries/audit-integrity.ts'
import type { StoredNode, Stretch } from '../../queries/audit-integrity.ts'
import { headText, STORED_LEVELS, TREE_OF_ALL } from './trail-trees.ts'

interface Tree {
  readonly db: Tenancy
  /** Of one organization, or TREE_OF_ALL. */
  readonly of: string
  readonly trail: string
}

/** What a proof consists of: each range's hash, from hundreds of stored nodes, however large the tree. */
export async function hashesOf(tree: Tree, ranges: readonly Range[]): Promise<Buffer[]> {
  const parts = ranges.map(wholeSubtrees)
  const asked = parts.flat().map(stretchOf)
  const leaves = asked.filter(({ level }) => level === 0)
  const nodes = asked.filter(({ level }) => level > 0)
  const found = [
    ...(leaves.length > 0 ? await leavesOf(tree, leaves) : []),
    ...(nodes.length > 0 ? await tree.db.run(listNodes(tree.of, nodes)) : []),
  ]
  const known = new Map(found.map(({ level, index, node }) => [`${level} ${index}`, node]))
  return parts.map((places) => foldPeaks(places.map((place) => subtree(place, known))))
}

async function leavesOf({ db, of, trail }: Tree, asked: readonly Stretch[]): Promise<StoredNode[]> {
  if (of !== TREE_OF_ALL) return db.run(listLeaves(of, asked))
  const heads = await db.run(listHeadsWithin(asked))
  return heads.map((head) => ({ level: 0, index: head.position, node: leafHash(headText(trail, head)) }))
}

/** The stored nodes that a subtree is made of. */
function stretchOf({ level, index }: Place): Stretch {
  const stored = level - (level % STORED_LEVELS)
  const each = 2 ** (level - stored)
  return { level: stored, from: index * each, to: (index + 1) * each }
}

function subtree(place: Place, known: ReadonlyMap<string, Buffer>): Buffer {
  const { level, from, to } = stretchOf(place)
  let row = Array.from({ length: to - from }, (_, i) => {
    const node = known.get(`${level} ${from + i}`)
    if (!node) throw new Error(`the trail's tree lacks node ${from + i} of level ${level}`)
    return node
  })
  while (row.length > 1) row = pairs(row)
  return row[0] as Buffer
}

const pairs = (row: readonly Buffer[]): Buffer[] =>
  Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i] as Buffer, row[2 * i + 1] as Buffer))
