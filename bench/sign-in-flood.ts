import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPasswordHasher } from '../src/credentials/password-hash.ts'
import { callerAt } from '../test/support/caller.ts'
import type { Caller } from '../test/support/caller.ts'
import type { Answer, Question, Report } from './question.ts'
import { startLoadGenerator } from './support/load.ts'
import type { Load, LoadGenerator } from './support/load.ts'
import { givePasswords, PASSWORD } from './support/passwords.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { byTechnicians, startProbe } from './support/probe.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const PEOPLE = 64
/** Far from what the server can carry, so that waiting for one another counts for nothing. */
const LIGHT = { connections: 8, pauseMs: 10, seconds: 3 }

export const signInFlood: Question = {
  id: 'sign-in-flood',
  question:
    'How much of the 99th percentile of an authenticated route on an idle server is left while 64 people sign in over and over?',
  goal: 0.5,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const emails = await givePasswords(platform, await createPasswordHasher().hash(PASSWORD), PEOPLE)
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  // Not pinned: it keeps password hashing off the CPU that serves.
  const server = await startProbe({ platform, dataDir, pinned: false, env: { REQUIRE_MFA: 'none' } })
  const load = await startLoadGenerator(await byTechnicians(platform))
  const caller = callerAt(server.port)
  const idle = async (): Promise<Sample> => ({
    ...(await load.run({ ...LIGHT, port: server.port })),
    signIns: 0,
    turnedAway: 0,
  })
  try {
    return toAnswer(
      await interleave({ ours: () => flooded({ caller, emails, load, port: server.port }), idle }, report),
    )
  } finally {
    caller.close()
    load.stop()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Flood {
  readonly caller: Caller
  readonly emails: readonly string[]
  readonly load: LoadGenerator
  readonly port: number
}

/** With sign-ins a second. */
interface Sample extends Load {
  readonly signIns: number
  readonly turnedAway: number
}

/** Everybody signs in as soon as they have, or when they are told to come back. */
async function flooded({ caller, emails, load, port }: Flood): Promise<Sample> {
  const heard = { 200: 0, 503: 0 }
  let over = false
  const keepSigningIn = async (email: string): Promise<void> => {
    while (!over) {
      const { status, headers, body } = await caller.ask('/api/auth/login', {
        method: 'POST',
        body: { email, password: PASSWORD },
      })
      if (status !== 200 && status !== 503) throw new Error(`a sign-in failed: ${status} ${JSON.stringify(body)}`)
      heard[status] += 1
      if (status === 503) await sleep(Number(headers['retry-after']) * 1000)
    }
  }
  const signingIn = Promise.all(emails.map(keepSigningIn))
  const measured = load.run({ ...LIGHT, port }).finally(() => (over = true))
  const [answered] = await Promise.all([measured, signingIn])
  if (heard[200] === 0) throw new Error('there was no flood')
  return { ...answered, signIns: heard[200] / answered.seconds, turnedAway: heard[503] / answered.seconds }
}

function toAnswer({ ours, idle }: Record<'ours' | 'idle', Sample[]>): Answer {
  const withinP99 = (samples: readonly Sample[]): number[] => samples.map(({ p99Ms }) => 1000 / p99Ms)
  return {
    ours: median(withinP99(ours)),
    against: median(withinP99(idle)),
    ratio: medianRatio(withinP99(ours), withinP99(idle)),
    unit: 'p99s a second',
    details: {
      p50Ms: median(ours.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(ours.map(({ p99Ms }) => p99Ms)),
      idleP50Ms: median(idle.map(({ p50Ms }) => p50Ms)),
      idleP99Ms: median(idle.map(({ p99Ms }) => p99Ms)),
      signIns: median(ours.map(({ signIns }) => signIns)),
      turnedAway: median(ours.map(({ turnedAway }) => turnedAway)),
    },
  }
}
