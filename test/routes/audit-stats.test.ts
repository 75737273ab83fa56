import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tell } from '../support/audit.ts'
import { createWorld } from '../support/world.ts'
import type { Client, World } from '../support/world.ts'

let world: World
let analyst: Client
beforeAll(async () => {
  world = await createWorld()
  analyst = world.as(await world.staff('security_analyst'))
})
afterAll(() => world.close())

const stats = (query: string) => analyst.get(`/api/audit/stats?${query}`)
const NOVEMBER = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z'

test('every figure is told of the events of the period and of the organization, and of no other', async () => {
  const [org, other, ada, eve] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()]
  const at = { org_id: org, occurred_at: '2026-11-10T10:00:00Z' }
  await tell(world, { ...at, user_id: ada, actor_email: 'ada@example.com' })
  await tell(world, { ...at, user_id: ada, actor_email: 'ada@example.com', action: 'access.used', category: 'access' })
  await tell(world, { ...at, action: 'auth.login_failed', outcome: 'failure', risk_level: 'medium' })
  await tell(world, { ...at, user_id: eve, action: 'authorization.denied', outcome: 'denied', risk_level: 'critical' })
  await tell(world, { ...at, user_id: eve, risk_level: 'high', occurred_at: '2026-11-10T23:59:59.999Z' })
  await tell(world, { ...at, occurred_at: '2026-10-31T23:59:59.999Z' })
  await tell(world, { ...at, occurred_at: '2026-12-01T00:00:00.000Z' })
  await tell(world, { ...at, org_id: other })

  const { status, body } = await stats(`organizationId=${org}&${NOVEMBER}`)
  expect(status, JSON.stringify(body)).toBe(200)
  const { timeline, topActors, ...figures } = body.data
  expect(figures).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    total: 5,
    byAction: { 'auth.login_succeeded': 2, 'access.used': 1, 'auth.login_failed': 1, 'authorization.denied': 1 },
    byCategory: { authentication: 4, access: 1 },
    byOutcome: { success: 3, failure: 1, denied: 1 },
    byRiskLevel: { low: 2, medium: 1, high: 1, critical: 1 },
    byOrganization: { [org]: 5 },
    failedLogins: 1,
    uniqueActors: 2,
  })
  expect(topActors).toHaveLength(2)
  expect(topActors).toContainEqual({ userId: ada, email: 'ada@example.com', total: 2 })
  expect(timeline).toHaveLength(30)
  expect(timeline.filter(({ total }: { total: number }) => total > 0)).toEqual([
    { start: '2026-11-10T00:00:00.000Z', total: 5, highRisk: 2 },
  ])
  const all = (await stats(NOVEMBER)).body.data
  expect(all.byOrganization).toMatchObject({ [org]: 5, [other]: 1 })
})

test('of a period without events every figure is nought, and every interval is there', async () => {
  const { data } = (await stats(`organizationId=${uuidv7()}&${NOVEMBER}&interval=week`)).body
  expect(data).toMatchObject({ total: 0, byAction: {}, topActors: [], failedLogins: 0, uniqueActors: 0 })
  expect(data.timeline.map(({ start }: { start: string }) => start.slice(0, 10))).toEqual([
    '2026-10-26',
    '2026-11-02',
    '2026-11-09',
    '2026-11-16',
    '2026-11-23',
    '2026-11-30',
  ])
})

test('the ten who did most, most first', async () => {
  const org = uuidv7()
  const ids = Array.from({ length: 12 }, () => uuidv7())
  for (const [i, user_id] of ids.entries()) {
    for (let n = 0; n <= i; n++) await tell(world, { org_id: org, user_id, occurred_at: '2026-11-10T10:00:00Z' })
  }
  const { data } = (await stats(`organizationId=${org}&${NOVEMBER}`)).body
  expect(data.topActors.map(({ userId }: { userId: string }) => userId)).toEqual(ids.slice(2).reverse())
  expect(data.uniqueActors).toBe(12)
})

test('with the filters of the list, the figures are of what it lists, added up before or not', async () => {
  const [org, ada] = [uuidv7(), uuidv7()]
  const at = { org_id: org, occurred_at: '2026-11-10T10:00:00Z' }
  await tell(world, { ...at, user_id: ada, actor_email: 'ada@example.com', ip_address: '203.0.113.9' })
  await tell(world, { ...at, user_id: ada, outcome: 'denied', risk_level: 'high', description: 'A locked door' })
  await tell(world, { ...at, action: 'access.used', category: 'access', resource_type: 'grant', resource_id: 'g1' })
  const filters = [
    [`userId=${ada}`, 2],
    ['action=auth.*', 2],
    ['category=access', 1],
    ['outcome=denied', 1],
    ['riskLevel=high&riskLevel=critical', 1],
    ['resourceType=grant&resourceId=g1', 1],
    ['ipAddress=203.0.113.0/24', 1],
    ['search=locked', 1],
    [`userId=${ada}&outcome=success`, 1],
    ['category=audit', 0],
  ] as const
  const check = async (): Promise<void> => {
    for (const [filter, total] of filters) {
      const { body } = await stats(`organizationId=${org}&${NOVEMBER}&${filter}`)
      const inTime = body.data.timeline.reduce((sum: number, one: { total: number }) => sum + one.total, 0)
      expect([filter, body.data.total, inTime]).toEqual([filter, total, total])
    }
  }
  await check()
  await world.runJob('roll-up-trail')
  await check()
})

describe('intervals begin where the clocks of the zone say:', () => {
  test.each([
    // the day after clocks go back has 24 hours again; the one on which they do has 25
    ['Europe/Berlin', 'day', '2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z', ['2026-10-24T22', '2026-10-25T23']],
    ['Asia/Kolkata', 'day', '2026-11-10T18:30:00Z', '2026-11-11T18:30:00Z', ['2026-11-10T18:30']],
    [
      'Asia/Kathmandu',
      'hour',
      '2026-11-10T10:20:00Z',
      '2026-11-10T11:20:00Z',
      ['2026-11-10T10:15', '2026-11-10T11:15'],
    ],
    ['America/New_York', 'week', '2026-11-16T05:00:00Z', '2026-11-23T05:00:00Z', ['2026-11-16T05']],
    // two o'clock comes twice, and is two hours
    ['Europe/Berlin', 'hour', '2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z', ['2026-10-25T00', '2026-10-25T01']],
    // clocks move by half an hour: the hour of which that leaves half is named by its whole
    [
      'Australia/Lord_Howe',
      'hour',
      '2026-10-03T14:30:00Z',
      '2026-10-03T16:00:00Z',
      ['2026-10-03T14:30', '2026-10-03T15:00'],
    ],
    // midnight is skipped
    ['Africa/Cairo', 'day', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z', ['2026-04-23T22']],
  ])('%s, %s', async (timezone, interval, from, to, starts) => {
    const query = new URLSearchParams({ organizationId: uuidv7(), timezone, interval, from, to }).toString()
    const { status, body } = await stats(query)
    expect(status, JSON.stringify(body)).toBe(200)
    const told = body.data.timeline.map(({ start }: { start: string }) => start)
    expect(told).toHaveLength(starts.length)
    for (const [i, start] of starts.entries()) expect(told[i]).toMatch(new RegExp(`^${start}`))
  })

  test('an event falls into the interval of its zone', async () => {
    const org = uuidv7()
    await tell(world, { org_id: org, occurred_at: '2026-11-10T18:29:59.999Z' })
    await tell(world, { org_id: org, occurred_at: '2026-11-10T18:30:00.000Z', risk_level: 'critical' })
    const zone = 'timezone=Asia/Kolkata&from=2026-11-10T00:00:00Z&to=2026-11-11T12:00:00Z'
    expect((await stats(`organizationId=${org}&${zone}`)).body.data.timeline).toEqual([
      { start: '2026-11-09T18:30:00.000Z', total: 1, highRisk: 0 },
      { start: '2026-11-10T18:30:00.000Z', total: 1, highRisk: 1 },
    ])
  })
})

test.each([
  'interval=month',
  'timezone=%2B01:00',
  'timezone=Mars/Olympus',
  'organizationId=acme',
  'from=yesterday',
  'action=auth.',
  'page=2',
  'interval=hour&from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
])('400: %s is not of the documented shape', async (query) => {
  expect(await stats(query)).toMatchObject({ status: 400, body: { error: 'validation_failed' } })
})
