import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openHouse } from '../src/house.ts'
import type { OpenHouse } from '../src/house.ts'
import type { Answer, Question, Report } from './question.ts'
import { givePasswords, PASSWORD } from './support/passwords.ts'
import { MASTER_KEY, openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const PEOPLE = 64
const AT_ONCE = 8
const SECONDS = 2

export const signInRate: Question = {
  id: 'sign-in',
  question: 'How much of the bare rate of password hashing is left when people sign in?',
  goal: 0.9,
  run: async (report) => measure(await openPlatform(report), report),
}

async function measure(platform: Platform, report: Report): Promise<Answer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const house = await openHouse(
    readConfig({
      DATABASE_URL: platform.ownerUrl,
      DATA_DIR: dataDir,
      MASTER_KEY: MASTER_KEY.toString('base64'),
      REQUIRE_MFA: 'none',
      RATE_LIMIT_PER_MINUTE: '100000000',
      LOG_LEVEL: 'silent',
    }),
    report,
  )
  const app = await createApp(house)
  try {
    return toAnswer(await compare(app, { platform, house, report }))
  } finally {
    await app.close()
    await house.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Ground {
  readonly platform: Platform
  readonly house: OpenHouse
  readonly report: Report
}

async function compare(app: FastifyInstance, { platform, house, report }: Ground) {
  const { hasher } = house.credentials
  const hash = await hasher.hash(PASSWORD)
  const emails = await givePasswords(platform, hash, PEOPLE)
  const signIn = async (i: number): Promise<void> => {
    const payload = { email: emails[i % emails.length], password: PASSWORD }
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/api/auth/login', payload })
    if (statusCode !== 200) throw new Error(`a sign-in failed: ${statusCode} ${body}`)
  }
  const verify = async (): Promise<void> => {
    if (!(await hasher.verify(hash, PASSWORD))) throw new Error('a right password was refused')
  }
  return interleave({ ours: () => rateOf(signIn), against: () => rateOf(verify) }, report)
}

/** A second, so many under way at a time. */
async function rateOf(work: (i: number) => Promise<void>): Promise<number> {
  const endsAt = performance.now() + SECONDS * 1000
  let done = 0
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < endsAt) {
        await work(next++)
        done += 1
      }
    }),
  )
  return done / SECONDS
}

function toAnswer({ ours, against }: Record<'ours' | 'against', number[]>): Answer {
  return { ours: median(ours), against: median(against), ratio: medianRatio(ours, against), unit: 'a second' }
}
