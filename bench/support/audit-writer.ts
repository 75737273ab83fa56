import { v7 as uuidv7 } from 'uuid'
import { createCredentials } from '../../src/credentials/credentials.ts'
import type { Statement } from '../../src/database/statement.ts'
import { createPool } from '../../src/database/pool.ts'
import { createSender } from '../../src/database/tenancy.ts'
import type { Tenancy } from '../../src/database/tenancy.ts'
import type { Tick } from '../../src/context.ts'
import { record, recordAll } from '../../src/services/audit/record.ts'
import { sealTrail } from '../../src/services/audit.service.ts'
import { MASTER_KEY } from './master-key.ts'
import type { Platform } from './platform.ts'

export const CONNECTIONS = 10

/** Somebody who writes events as services do, on connections as the server has them. */
export interface AuditWriter {
  readonly staff: Tenancy
  /** As the sealer sees the trail. */
  readonly trail: Tenancy
  readonly tick: Tick
  event(orgId: string): Statement<number>
  events(orgId: string, count: number): Statement<number>
  /** @returns whether there is more */
  seal(): Promise<boolean>
  /** Seals until all is sealed. */
  sealAll(): Promise<void>
  close(): Promise<void>
}

export function openAuditWriter({ runtime }: Pick<Platform, 'runtime'>): AuditWriter {
  const pool = createPool(runtime, { max: CONNECTIONS + 2, statementTimeoutMs: 60_000 })
  const sender = createSender(pool, { pipeline: true })
  const credentials = createCredentials({ masterKey: MASTER_KEY, issuer: 'http://bench', accessTokenTtlSeconds: 900 })
  const trail = sender.within({ as: 'sealer' })
  const log = { debug: () => undefined, warn: () => undefined, error: () => undefined }
  const tickNow = (): Tick =>
    ({
      requestId: uuidv7(),
      now: new Date(),
      address: '203.0.113.7',
      userAgent: 'bench',
      credentials,
      trail,
      log,
    }) as unknown as Tick
  const happening = (orgId: string) => ({
    action: 'organization.updated' as const,
    orgId,
    resource: { type: 'organization', id: orgId },
    description: 'Changed the settings of the customer',
    changes: { before: { timezone: 'UTC' }, after: { timezone: 'Europe/Berlin' } },
    details: { service: 'siem', ticket: 'INC-4711', durationSeconds: 300 },
  })
  const seal = (): Promise<boolean> => sealTrail(tickNow())
  return {
    staff: sender.within({ as: 'staff', userId: uuidv7() }),
    trail,
    tick: tickNow(),
    event: (orgId) => record(tickNow(), happening(orgId)),
    events: (orgId, count) =>
      recordAll(
        tickNow(),
        Array.from({ length: count }, () => happening(orgId)),
      ),
    seal,
    sealAll: async () => {
      while (await seal());
    },
    close: () => pool.end(),
  }
}

/** How often a second, by callers that each wait for their answer. */
export async function rateOfCallers(
  call: (n: number) => Promise<unknown>,
  callers: number,
  ms: number,
): Promise<number> {
  const startedAt = performance.now()
  let begun = 0
  let done = 0
  const keepCalling = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      await call(begun++)
      done++
    }
  }
  await Promise.all(Array.from({ length: callers }, keepCalling))
  return (done / (performance.now() - startedAt)) * 1000
}
