import { timingSafeEqual } from 'node:crypto'
import type { Tenancy } from '../database/tenancy.ts'
import { findKeyCheck, insertKeyCheck } from '../queries/installation.ts'

/** The message is for the operator. */
export class OtherMasterKeyError extends Error {}

/**
 * A database stays with the master key that it was first served with.
 * @throws OtherMasterKeyError
 */
export async function claimInstallation(identity: Tenancy, keyCheck: Buffer): Promise<void> {
  const [, claimed] = await identity.batch([insertKeyCheck(keyCheck), findKeyCheck()])
  if (timingSafeEqual(claimed.keyCheck, keyCheck)) return
  throw new OtherMasterKeyError(
    'this database belongs to another master key: give the server the one it was set up with (MASTER_KEY, or keys/master.key in DATA_DIR)',
  )
}
