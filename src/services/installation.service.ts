import { timingSafeEqual } from 'node:crypto'
import { OtherMasterKeyError } from '../database/other-master-key.ts'
import type { Tenancy } from '../database/tenancy.ts'
import { findKeyCheck, insertKeyCheck } from '../queries/installation.ts'

/**
 * A database stays with the master key that it was first served with.
 * @throws OtherMasterKeyError
 */
export async function claimInstallation(identity: Tenancy, keyCheck: Buffer): Promise<void> {
  const [, claimed] = await identity.batch([insertKeyCheck(keyCheck), findKeyCheck()])
  if (timingSafeEqual(claimed.keyCheck, keyCheck)) return
  throw new OtherMasterKeyError()
}
