import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { callerAt } from '../test/support/caller.ts'
import type { Caller } from '../test/support/caller.ts'
import { openRedisServer } from '../test/support/redis-server.ts'
import type { Answer, Question, Report } from './question.ts'
import { tokenOffice, startOurs } from './support/our-server.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave } from './support/rounds.ts'

const REVOCATIONS = 60
const ROUNDS = 8
/** What 99 of 100 may take, and what any of them may. */
const MOSTLY_MS = 10
const AT_MOST_MS = 100
/** What is remembered is never older, whether the nodes hear from each other or not. */
const NEVER_AFTER_MS = 2000
/** Between the question and its answer over one connection that does nothing else. */
const FLOOR_MS = 0.1

export const revocationSpread: Question = {
  id: 'revocation-spread',
  question:
    'Is a session that was ended on one node refused by the other within 10 ms, 99 times of 100, and always after 100 ms?',
  goal: 1,
  run: async (report) => compare(await openPlatform(report), report),
}

interface Member {
  readonly token: string
  readonly path: string
}

type Nodes = readonly [here: Caller, there: Caller]

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const redis = await openRedisServer()
  const start = () => startOurs({ platform, dataDir, env: { REDIS_URL: redis.url } })
  const servers = await Promise.all([start(), start()])
  const nodes = [callerAt(servers[0].port), callerAt(servers[1].port)] as const
  const bare = await openBare(redis.url)
  const members = await listMembers(platform)
  try {
    const revoke = () => times(() => spreadOf(nodes, members.pop() as Member))
    return toAnswer(await interleave({ ours: revoke, bare: () => times(bare.publish) }, report))
  } finally {
    bare.close()
    for (const node of nodes) node.close()
    await Promise.all(servers.map((server) => server.stop()))
    await redis.kill()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function times(one: () => Promise<number>): Promise<number[]> {
  const all: number[] = []
  while (all.length < REVOCATIONS) all.push(await one())
  return all
}

/** From the answer of the node that ended the session until the other one refuses what it has just let in; at least the floor. */
async function spreadOf([here, there]: Nodes, { token, path }: Member): Promise<number> {
  if ((await there.ask(path, { token })).status !== 200) throw new Error('a session was refused before its end')
  let endedAt = Infinity
  const end = async (): Promise<void> => {
    const { status, body } = await here.ask('/api/auth/logout', { method: 'POST', token })
    if (status !== 200) throw new Error(`a session did not end: ${status} ${JSON.stringify(body)}`)
    endedAt = performance.now()
  }
  const [refusedAt] = await Promise.all([firstRefusal(there, { token, path }, () => endedAt + NEVER_AFTER_MS), end()])
  for (const node of [here, there]) {
    if ((await node.ask(path, { token })).status !== 401) throw new Error('a session that had ended was let in')
  }
  return Math.max(FLOOR_MS, refusedAt - endedAt)
}

/** Asks one after the other. @returns when the first was asked that was refused */
async function firstRefusal(node: Caller, { token, path }: Member, never: () => number): Promise<number> {
  for (;;) {
    const askedAt = performance.now()
    const { status } = await node.ask(path, { token })
    if (status === 401) return askedAt
    if (status !== 200) throw new Error(`neither let in nor refused: ${status}`)
    if (askedAt > never()) throw new Error(`let in ${NEVER_AFTER_MS} ms after the session had ended`)
  }
}

async function listMembers({ owner }: Platform): Promise<Member[]> {
  const { rows } = await owner.query<{ sid: string; sub: string; orgId: string }>(
    `select distinct on (u.id) s.id as sid, u.id as sub, u.org_id as "orgId"
       from users u join user_sessions s on s.user_id = u.id and s.revoked_at is null
      where u.org_type = 'customer' order by u.id desc limit $1`,
    [ROUNDS * REVOCATIONS],
  )
  const tokenOf = tokenOffice()
  return rows.map(({ sid, sub, orgId }) => ({ token: tokenOf({ sid, sub }), path: `/api/organizations/${orgId}` }))
}

/** A message by Redis, from one connection to another. */
async function openBare(url: string) {
  const [from, to] = [createClient({ url }), createClient({ url })]
  await Promise.all([from.connect(), to.connect()])
  let heard: () => void = () => undefined
  await to.subscribe('bare', () => heard())
  return {
    async publish(): Promise<number> {
      const { promise, resolve } = Promise.withResolvers<void>()
      heard = resolve
      const startedAt = performance.now()
      await Promise.all([from.publish('bare', 'gone'), promise])
      return performance.now() - startedAt
    },
    close() {
      for (const client of [from, to]) client.destroy()
    },
  }
}

function toAnswer({ ours, bare }: Record<'ours' | 'bare', number[][]>): Answer {
  const [spread, published] = [ours.flat(), bare.flat()]
  const [p99Ms, mostMs] = [quantile(spread, 0.99), Math.max(...spread)]
  const ratio = Math.min(MOSTLY_MS / p99Ms, AT_MOST_MS / mostMs)
  return {
    ours: ratio,
    against: 1,
    ratio,
    unit: 'of what is allowed',
    details: {
      p50Ms: quantile(spread, 0.5),
      p99Ms,
      mostMs,
      publishP50Ms: quantile(published, 0.5),
      publishP99Ms: quantile(published, 0.99),
    },
  }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN
