import type pg from 'pg'
import { createTrailKey } from '../../src/credentials/trail-key.ts'
import { checkpointText } from '../../src/policy/checkpoint.ts'
import { append, emptyTree, leafHash, rootOf } from '../../src/policy/merkle-tree.ts'
import { MASTER_KEY } from './master-key.ts'

/**
 * A first checkpoint that has seen everything so far: events that were loaded in bulk have no marks, and a server would spend the
 * measurement on telling that it did not write them.
 */
export async function passAsSealed(client: pg.ClientBase): Promise<void> {
  const trailKey = createTrailKey(MASTER_KEY)
  const tree = append(emptyTree, [leafHash('loaded in bulk')])
  const root = rootOf(tree)
  const now = new Date().toISOString()
  const text = checkpointText({ origin: trailKey.name, size: tree.size, root, extensions: [`time ${now}`] })
  await client.query(
    `insert into audit_checkpoints (id, tree_size, root, note, peaks, created_at, seen, cluster)
     select 1, 1, $1, $2, $1, $3, pg_current_snapshot(), system_identifier::text from pg_control_system()`,
    [root, trailKey.note(text, trailKey.sign(text)), now],
  )
}
