import { afterAll, beforeAll, expect, test } from 'vitest'
import { equip, login } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** Of each kind of account; at night 2,000, since few say little. */
const SAMPLES = Number(process.env['TIMING_SAMPLES'] ?? 0)
const WARM_UP = 20
const WRONG = 'wrong horse battery staple'

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.provider()
})
afterAll(() => world.close())

/** How well a threshold on the time tells two kinds apart: 0.5 is chance, 1 is certainty (Mann-Whitney). */
function auc(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((time) => ({ time, of: 'a' })), ...b.map((time) => ({ time, of: 'b' }))]
  const sorted = all.toSorted((x, y) => x.time - y.time)
  const ranks = sorted.reduce((sum, { of }, i) => (of === 'a' ? sum + i + 1 : sum), 0)
  const u = ranks - (a.length * (a.length + 1)) / 2
  return Math.max(u, a.length * b.length - u) / (a.length * b.length)
}

test.skipIf(SAMPLES === 0)(
  'no kind of account is told by how long a sign-in or a forgotten password takes',
  async () => {
    const customer = await world.customer()
    const closed = await world.customer({ status: 'suspended' })
    const people = {
      active: await world.member(customer, 'basic_user', { mfaEnabled: false }),
      mfa: await world.member(customer, 'basic_user'),
      suspended: await world.member(customer, 'basic_user', { status: 'suspended' }),
      closed: await world.member(closed, 'basic_user'),
    }
    for (const person of Object.values(people)) await equip(world, person)
    const emails = { unknown: 'nobody.at.all@example.com', ...emailsOf(people) }
    const ways = {
      login: (email: string) => login(world, { email }, WRONG),
      forgot: (email: string) => world.nobody.post('/api/auth/password/forgot', { email }),
    }
    for (const [way, ask] of Object.entries(ways)) {
      const times = new Map<string, number[]>(Object.keys(emails).map((kind) => [kind, []]))
      for (let i = 0; i < SAMPLES + WARM_UP; i++) {
        if (i % 3 === 0) await world.admin.query('delete from sign_in_tries')
        // Each is as often the first as any other: what comes after what tells too.
        for (const [kind, email] of rotated(Object.entries(emails), i)) {
          const start = performance.now()
          await ask(email)
          if (i >= WARM_UP) times.get(kind)?.push(performance.now() - start)
        }
      }
      const unknown = times.get('unknown') ?? []
      for (const [kind, taken] of times) {
        if (kind !== 'unknown') expect.soft(auc(unknown, taken), `${way}: ${kind}`).toBeLessThanOrEqual(0.55)
      }
    }
  },
  1_800_000,
)

const rotated = <T>(list: readonly T[], by: number): T[] => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
]

const emailsOf = (people: Record<string, { email: string }>): Record<string, string> =>
  Object.fromEntries(Object.entries(people).map(([kind, { email }]) => [kind, email]))
