import { HASH_BYTES } from './merkle-tree.ts'

/** Events of one organization, by their sequence, both ends included. */
export interface Stretch {
  readonly from: number
  readonly through: number
}

/** What a cleanup removed of an organization's trail, who decided it, and the tree that the places of the removed stay part of. */
export interface Tombstone {
  readonly origin: string
  readonly cleanupId: string
  readonly requestedBy: string
  readonly approvedBy: string
  readonly removedAt: string
  readonly head: { readonly size: number; readonly root: Buffer }
  /** In order. */
  readonly stretches: readonly Stretch[]
}

/** It is signed under a name of its own, and so is neither a head nor a checkpoint. */
export const removalsIn = (orgId: string): string => `${orgId}/removed`

export const countOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { from, through }) => sum + through - from + 1, 0)

/** The text that is signed. */
export function tombstoneText(tombstone: Tombstone): string {
  const { origin, cleanupId, requestedBy, approvedBy, removedAt, head, stretches } = tombstone
  return [
    origin,
    `cleanup ${cleanupId}`,
    `requested ${requestedBy}`,
    `approved ${approvedBy}`,
    `time ${removedAt}`,
    `head ${head.size} ${head.root.toString('base64')}`,
    `events ${countOf(stretches)}`,
    ...stretches.map(({ from, through }) => `${from}-${through}`),
    '',
  ].join('\n')
}

/** @returns null when the text is no tombstone */
export function readTombstone(text: string): Tombstone | null {
  const [origin = '', ...lines] = text.split('\n')
  const word = (line: number): string => lines[line]?.replace(/^[^ ]* /, '') ?? ''
  const [size, root = ''] = word(4).split(' ')
  const tombstone = {
    ...{ origin, cleanupId: word(0), requestedBy: word(1), approvedBy: word(2), removedAt: word(3) },
    head: { size: Number(size), root: Buffer.from(root, 'base64') },
    stretches: lines.slice(6, -1).map(stretchOf),
  }
  const isWhole = tombstone.head.root.length === HASH_BYTES && isInOrder(tombstone.stretches, tombstone.head.size)
  return isWhole && tombstoneText(tombstone) === text ? tombstone : null
}

function stretchOf(line: string): Stretch {
  const [from, through] = line.split('-').map(Number)
  return { from: from ?? NaN, through: through ?? NaN }
}

const isInOrder = (stretches: readonly Stretch[], size: number): boolean =>
  stretches.every(({ from, through }, i) => {
    const before = stretches[i - 1]?.through ?? -1
    return Number.isSafeInteger(through) && before < from && from <= through && through < size
  })
