import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Customer, Person } from '../support/factories.ts'
import { outcome, record } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let manager: Person
beforeAll(async () => {
  world = await createWorld()
  manager = await world.staff('account_manager')
})
afterAll(() => world.close())

const until = (instant: string) => new Promise((done) => setTimeout(done, Date.parse(instant) - Date.now()))
const soon = (ms: number) => new Date(Date.now() + ms).toISOString()

async function grant(body: object): Promise<{ technician: Person; customer: Customer; id: string }> {
  const [technician, customer] = [await world.staff('technician'), await world.customer()]
  const pair = { technicianId: technician.id, customerOrgId: customer.id }
  const made = await world.as(manager).post('/api/technician-access/grant', { ...pair, ...body })
  expect(outcome(made)).toBe('201')
  return { technician, customer, id: made.body.data.id }
}

/** How a call ended, with the reasons where there are some. */
const ended = (answer: Answer): string => [outcome(answer), ...(answer.body.details?.reasons ?? [])].join(' ')

describe('the instants of a grant, in real time', () => {
  test('from its end on it is refused everywhere, though nothing has marked it', async () => {
    const expiresAt = soon(4000)
    const { technician, customer, id } = await grant({ expiresAt })
    const look = () => world.as(technician).get(`/api/organizations/${customer.id}`)
    const shown = async () =>
      (await world.as(technician).get(`/api/technician-access/technician/${technician.id}`)).body.data.items[0].status
    expect([ended(await look()), ended(await record(world, technician, id)), await shown()]).toEqual([
      '200',
      '200',
      'active',
    ])
    await until(expiresAt)
    expect([ended(await look()), ended(await record(world, technician, id)), await shown()]).toEqual([
      '404 not_found',
      '403 access_restricted grant_not_active expired',
      'expired',
    ])
    const { rows } = await world.admin.query('select status from technician_customer_access where id = $1', [id])
    expect(rows).toEqual([{ status: 'active' }])
  })

  test('until its start it is refused, from then on it is usable', async () => {
    const startsAt = soon(4000)
    const { technician, customer, id } = await grant({ startsAt })
    const look = () => world.as(technician).get(`/api/organizations/${customer.id}`)
    const early = 'access_restricted grant_not_active not_started'
    expect([ended(await look()), ended(await record(world, technician, id))]).toEqual([`403 ${early}`, `403 ${early}`])
    await until(startsAt)
    expect([ended(await look()), ended(await record(world, technician, id))]).toEqual(['200', '200'])
  })
})

describe('the hours of a grant', () => {
  const DAY_MS = 86_400_000

  /** The last Sunday of a month (1–12), the next one to come, at midnight in UTC. */
  function nextLastSunday(month: number): Date {
    const year = new Date().getUTCFullYear()
    const of = (one: number) => {
      const last = new Date(Date.UTC(one, month, 0))
      return new Date(last.getTime() - last.getUTCDay() * DAY_MS)
    }
    return of(year).getTime() > Date.now() + DAY_MS ? of(year) : of(year + 1)
  }

  /** A Friday of the next January, when Paris is an hour ahead of UTC. */
  function aFriday(): Date {
    const tenth = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0, 10))
    return new Date(tenth.getTime() + ((5 - tenth.getUTCDay() + 7) % 7) * DAY_MS)
  }

  const dayAt = (day: Date, time: string, daysLater = 0): Date =>
    new Date(`${new Date(day.getTime() + daysLater * DAY_MS).toISOString().slice(0, 10)}T${time}Z`)

  /** What a technician meets at each of the instants, which have to ascend: a server of its own travels there. */
  async function visits(timezone: string, window: object, instants: Date[]): Promise<string[]> {
    const travelled = await createWorld()
    try {
      const [technician, customer] = [await travelled.staff('technician'), await travelled.customer()]
      const id = await travelled.grant(technician, customer, { timeRestrictions: { timezone, windows: [window] } })
      const met: string[] = []
      for (const instant of instants) {
        const visitor = await awakeAt(travelled, technician, instant)
        const looked = await travelled.as(visitor).get(`/api/organizations/${customer.id}`)
        const used = await record(travelled, visitor, id)
        expect(ended(used)).toBe(ended(looked))
        met.push(ended(looked))
      }
      return met
    } finally {
      await travelled.close()
    }
  }

  async function awakeAt(travelled: World, person: Person, instant: Date): Promise<Person> {
    travelled.travel(instant.getTime() - travelled.house.clock().getTime())
    const session = await travelled.signIn(person)
    await travelled.admin.query(
      `update user_sessions set created_at = $2, last_used_at = $2, expires_at = $2::timestamptz + interval '12 hours' where id = $1`,
      [session.sessionId, instant],
    )
    return { ...person, ...session }
  }

  const [open, closed] = ['200', '403 access_restricted outside_time_window']

  test('run over midnight and belong to the day they start on; the start is in, the end is out', async () => {
    const friday = aFriday()
    const met = await visits('Europe/Paris', { days: ['fri'], start: '22:00', end: '06:00' }, [
      dayAt(friday, '03:00:00'), // Friday 04:00: of Thursday's night
      dayAt(friday, '20:59:50'),
      dayAt(friday, '21:00:00'), // 22:00
      dayAt(friday, '23:30:00'), // Saturday 00:30
      dayAt(friday, '04:59:50', 1), // Saturday 05:59:50
      dayAt(friday, '05:00:00', 1), // 06:00
      dayAt(friday, '22:00:00', 1), // Saturday 23:00
    ])
    expect(met).toEqual([closed, closed, open, open, open, closed, closed])
  })

  test('in spring: what is skipped never opens, what spans it is an hour shorter', async () => {
    const sunday = nextLastSunday(3)
    const skipped = { days: ['sun'], start: '02:15', end: '02:45' }
    const around = ['00:59:50', '01:00:00', '01:30:00'].map((time) => dayAt(sunday, time))
    expect(await visits('Europe/Berlin', skipped, around)).toEqual([closed, closed, closed])
    const spanning = { days: ['sun'], start: '01:30', end: '03:30' }
    const across = ['00:29:50', '00:30:00', '00:59:50', '01:00:00', '01:29:50', '01:30:00'].map((time) =>
      dayAt(sunday, time),
    )
    expect(await visits('Europe/Berlin', spanning, across)).toEqual([closed, open, open, open, open, closed])
  })

  test('in autumn: the hour that comes twice counts twice', async () => {
    const sunday = nextLastSunday(10)
    const instants = ['00:00:00', '00:29:50', '00:30:00', '00:59:50', '01:00:00', '01:29:50', '01:30:00']
    const met = await visits(
      'Europe/Berlin',
      { days: ['sun'], start: '02:00', end: '02:30' },
      instants.map((time) => dayAt(sunday, time)),
    )
    expect(met).toEqual([open, open, closed, closed, open, open, closed])
  })
})

describe('the addresses of a grant', () => {
  let technician: Person
  let customer: Customer
  let id: string
  beforeAll(async () => {
    ;({ technician, customer, id } = await grant({ ipRestrictions: ['203.0.113.0/24', '2001:db8::/32'] }))
  })

  const [inside, outside] = ['200', '403 access_restricted ip_not_allowed']
  test.each([
    ['its own', { address: '203.0.113.9' }, inside],
    ['its own as IPv6 writes it', { address: '::ffff:203.0.113.9' }, inside],
    ['an IPv6 one', { address: '2001:db8:1::7' }, inside],
    ['another', { address: '198.51.100.7' }, outside],
    ['the same digits in another family', { address: '::203.0.113.9' }, outside],
    ['another that claims to come from inside', { address: '198.51.100.7', forwardedFor: '203.0.113.9' }, outside],
    ['its own through the trusted proxy', { address: '10.0.0.1', forwardedFor: '203.0.113.9' }, inside],
    [
      'its own through the proxy as IPv6 writes it',
      { address: '::ffff:10.0.0.1', forwardedFor: '203.0.113.9' },
      inside,
    ],
    ['its own, mapped, with a port', { address: '10.0.0.1', forwardedFor: '[::ffff:203.0.113.9]:4711' }, inside],
    [
      'another that forged an entry before the proxy’s',
      { address: '10.0.0.1', forwardedFor: '203.0.113.9, 198.51.100.7' },
      outside,
    ],
    ['its own, whatever stands before it', { address: '10.0.0.1', forwardedFor: 'nonsense, 203.0.113.9' }, inside],
    ['the proxy itself', { address: '10.0.0.1' }, outside],
    ['one that cannot be told', { address: '10.0.0.1', forwardedFor: '203.0.113.9, unknown' }, outside],
  ])('%s', async (_, from, expected) => {
    const client = world.as(technician, from)
    expect(ended(await client.get(`/api/organizations/${customer.id}`))).toBe(expected)
    const use = { service: 'siem', action: 'looked' }
    expect(ended(await client.post(`/api/technician-access/${id}/record-access`, use))).toBe(expected)
  })
})

describe('two grants of one pair', () => {
  test('never combine: the address of one does not open the hours of the other', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    await world.grant(technician, customer, { ipRestrictions: ['203.0.113.9'] })
    const anotherDay = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[(new Date().getUTCDay() + 3) % 7]
    const emergency = await world.grant(technician, customer, {
      accessLevel: 'emergency',
      ipRestrictions: ['198.51.100.1'],
      timeRestrictions: { timezone: 'UTC', windows: [{ days: [anotherDay], start: '00:00', end: '24:00' }] },
    })
    const look = (address: string) => world.as(technician, { address }).get(`/api/organizations/${customer.id}`)
    expect(ended(await look('203.0.113.9'))).toBe('200')
    expect(ended(await look('198.51.100.1'))).toBe('403 access_restricted ip_not_allowed outside_time_window')
    const use = { service: 'siem', action: 'looked', accessLevel: 'full_access' }
    const full = world.as(technician, { address: '203.0.113.9' })
    expect(ended(await full.post(`/api/technician-access/${emergency}/record-access`, use))).toBe(
      '403 access_restricted ip_not_allowed outside_time_window',
    )
  })
})
