import { HASH_BYTES } from './merkle-tree.ts'

/** What a checkpoint says (c2sp.org/tlog-checkpoint): a log, its size, its root, and in further lines what else was signed with it. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly extensions: readonly string[]
}

/** The text that is signed. */
export const checkpointText = ({ origin, size, root, extensions }: Checkpoint): string =>
  [origin, String(size), root.toString('base64'), ...extensions, ''].join('\n')

/** @returns null when the text is no checkpoint */
export function readCheckpoint(text: string): Checkpoint | null {
  const [origin, size, root, ...rest] = text.split('\n')
  if (!origin || root === undefined) return null
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64'), extensions: rest.slice(0, -1) }
  if (checkpoint.root.length !== HASH_BYTES || checkpointText(checkpoint) !== text) return null
  return Number.isSafeInteger(checkpoint.size) ? checkpoint : null
}
