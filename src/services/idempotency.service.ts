import { hash } from 'node:crypto'
import type { Context } from '../context.ts'
import { open, seal } from '../credentials/secret-box.ts'
import { invalid, Refusal } from '../errors/refusal.ts'
import { claimKey, findKeptAnswer, forgetStaleKey, keepAnswer, releaseKey } from '../queries/idempotency-keys.ts'
import type { KeyOwner } from '../queries/idempotency-keys.ts'

type Caller = Pick<Context, 'principal' | 'identity' | 'credentials' | 'now'>

export interface Answered {
  readonly status: number
  readonly body: string
  readonly etag: string | null
}

const KEPT_MS = 24 * 3_600_000
/** A claim that was not answered for so long belongs to a server that died. */
const ABANDONED_MS = 60_000
const KEY = /^[\x21-\x7e]{1,255}$/
/** What says nothing about the request itself is not kept. */
const PASSING = new Set([401, 403, 429])

const ownerOf = ({ principal: { orgId, userId } }: Caller, key: string): KeyOwner => ({ orgId, userId, key })
const boundTo = ({ orgId, userId, key }: KeyOwner): string => `idempotency:${orgId}:${userId}:${key}`

/**
 * Claims the key for this request; the answer of the same request before, when there is one.
 * @throws Refusal `idempotency_key_reused` for another request, `idempotency_key_in_use` while the first is under way
 */
export async function claim(caller: Caller, key: string, request: string): Promise<Answered | null> {
  if (!KEY.test(key)) throw invalid('Idempotency-Key', 'Must be 1 to 255 visible ASCII characters')
  const owner = ownerOf(caller, key)
  const requestHash = hash('sha256', request, 'buffer')
  const time = caller.now.getTime()
  const [, claimed, kept] = await caller.identity.batch([
    forgetStaleKey(owner, { since: new Date(time - KEPT_MS), abandoned: new Date(time - ABANDONED_MS) }),
    claimKey(owner, { requestHash, now: caller.now }),
    findKeptAnswer(owner),
  ])
  if (claimed === 1) return null
  if (kept && !kept.requestHash.equals(requestHash)) throw new Refusal('idempotency_key_reused')
  if (!kept || kept.status === null || kept.answerSealed === null) throw new Refusal('idempotency_key_in_use')
  const sealed = open(caller.credentials.sealing, kept.answerSealed, boundTo(owner)).toString('utf8')
  return { status: kept.status, ...(JSON.parse(sealed) as Pick<Answered, 'body' | 'etag'>) }
}

/** Keeps the answer for whoever asks the same again; sealed, since it can hold a link that is a secret. */
export async function conclude(caller: Caller, key: string, { status, ...answer }: Answered): Promise<void> {
  const owner = ownerOf(caller, key)
  if (status >= 500 || PASSING.has(status)) {
    await caller.identity.run(releaseKey(owner))
    return
  }
  const answerSealed = seal(caller.credentials.sealing[0], JSON.stringify(answer), boundTo(owner))
  await caller.identity.run(keepAnswer(owner, { status, answerSealed }))
}
