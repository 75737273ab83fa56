import { timingSafeEqual } from 'node:crypto'
import type pg from 'pg'

/** A database stays with the master key that it was first served with. The message is for the operator. */
export class OtherMasterKeyError extends Error {
  constructor() {
    super(
      'this database belongs to another master key: give the server the one it was set up with (MASTER_KEY, or keys/master.key in DATA_DIR)',
    )
  }
}

/**
 * Before anything of the cluster's is changed for a key: the password of our login is that of all servers there.
 * @throws OtherMasterKeyError
 */
export async function refuseOtherKey(client: pg.ClientBase, keyCheck: Buffer): Promise<void> {
  const { rows } = await client.query<{ key_check: Buffer }>('select key_check from castellan.installation')
  for (const { key_check: claimed } of rows) if (!timingSafeEqual(claimed, keyCheck)) throw new OtherMasterKeyError()
}
