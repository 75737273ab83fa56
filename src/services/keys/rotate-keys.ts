import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { beginGeneration, dropGenerationsBefore } from '../../queries/key-generations.ts'
import type { KeyPurpose } from '../../queries/key-generations.ts'
import { findProvider } from '../../queries/organizations.ts'
import { record } from '../audit/record.ts'

/** The message is for the operator. */
export class KeysJustRotatedError extends Error {
  override name = 'KeysJustRotatedError'
}

/** So long every node needs at most to hear of a generation, many times over. */
const PAUSE_MS = 10_000

interface Rotation {
  readonly purpose: KeyPurpose
  /** Whether nothing counts any more that the old keys signed: everybody's access tokens have to be refreshed. */
  readonly drop: boolean
}

interface Ground extends Pick<Call, 'settings' | 'credentials' | 'identity' | 'standing'> {
  readonly clock: () => Date
}

/**
 * @returns the new generation
 * @throws KeysJustRotatedError
 */
export async function rotateKeys(house: Ground, { purpose, drop }: Rotation): Promise<number> {
  const ctx = callOf(house)
  const since = new Date(ctx.now.getTime() - (drop ? 0 : PAUSE_MS))
  return ctx.identity.transaction(async (tx) => {
    const begun = await tx.run(beginGeneration(purpose, ctx.now, since))
    if (begun === null) throw new KeysJustRotatedError('These keys were rotated a moment ago: wait ten seconds.')
    const { generation } = begun
    if (drop) await tx.run(dropGenerationsBefore(purpose, generation, ctx.now))
    const provider = await tx.run(findProvider())
    if (provider) {
      await tx.run(
        record(ctx, {
          action: 'keys.rotated',
          orgId: provider.id,
          description: `The ${purpose} keys were rotated${drop ? ', and what the old ones signed was dropped' : ''}`,
          ...(drop && { riskLevel: 'critical' }),
          actor: null,
          details: { purpose, generation, drop },
        }),
      )
    }
    return generation
  })
}

const callOf = ({ clock, ...ground }: Ground): Call => ({
  ...ground,
  requestId: uuidv7(),
  now: clock(),
  address: null,
  userAgent: null,
  ifMatch: null,
})
