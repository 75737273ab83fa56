import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { doors, hoursFromNow, outcome, untold } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let manager: Person
beforeAll(async () => {
  world = await createWorld()
  manager = await world.staff('account_manager')
})
afterAll(async () => {
  expect(await untold(world), 'no change without its event').toEqual([])
  await world.close()
})

const ids = ({ body }: { body: any }): string[] => body.data.items.map(({ id }: { id: string }) => id)
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)

/** One grant in each state, also those that the clock alone has brought about. */
async function oneOfEach(technician: Person) {
  const grant = async (fields: Parameters<World['grant']>[2]) => world.grant(technician, await world.customer(), fields)
  return {
    active: [await grant({}), await grant({ status: 'scheduled', startsAt: ago(1) })],
    scheduled: [await grant({ status: 'scheduled', startsAt: new Date(hoursFromNow(1)) })],
    expired: [await grant({ status: 'expired' }), await grant({ startsAt: ago(2), expiresAt: ago(1) })],
    revoked: [await grant({ status: 'revoked' })],
  }
}

describe.each(doors)('GET $prefix/technician/:technicianId', ({ prefix }) => {
  const url = (id: string, query = '') => `${prefix}/technician/${id}${query}`

  test('all grants of the person, newest first, with their status at this instant', async () => {
    const technician = await world.staff('technician')
    const made = await oneOfEach(technician)
    const { status, body } = await world.as(manager).get(url(technician.id))
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ total: 6, page: 1, limit: 25, totalPages: 1 })
    const shown = Object.fromEntries(body.data.items.map(({ id, status: now }: any) => [id, now]))
    for (const [state, those] of Object.entries(made)) for (const id of those) expect(shown[id], state).toBe(state)
    const times = body.data.items.map(({ grantedAt }: any) => grantedAt)
    expect(times).toEqual(times.toSorted().toReversed())
  })

  test('the filter goes by the status at this instant, and the total with it', async () => {
    const technician = await world.staff('technician')
    for (const [state, those] of Object.entries(await oneOfEach(technician))) {
      const answer = await world.as(manager).get(url(technician.id, `?status=${state}`))
      expect(ids(answer).toSorted(), state).toEqual(those.toSorted())
      expect(answer.body.data.total, state).toBe(those.length)
    }
  })

  test('pages, searches for customers, and sorts by its documented keys', async () => {
    const technician = await world.staff('technician')
    const customers = [
      await world.customer({ name: `Zürich 100%_sure ${uuidv7()}` }),
      await world.customer({ name: `Aachen ${uuidv7()}` }),
      await world.customer({ name: `Berlin ${uuidv7()}` }),
    ]
    const [first, second, third] = await Promise.all([
      world.grant(technician, customers[0] as Customer, { expiresAt: new Date(hoursFromNow(2)) }),
      world.grant(technician, customers[1] as Customer, { expiresAt: new Date(hoursFromNow(1)) }),
      world.grant(technician, customers[2] as Customer, {}),
    ])
    for (const [id, used] of [
      [first, ago(1)],
      [second, ago(2)],
    ])
      await world.admin.query('update technician_customer_access set last_used_at = $2 where id = $1', [id, used])
    const list = async (query: string) => ids(await world.as(manager).get(url(technician.id, query)))
    expect(await list('?sort=expiresAt')).toEqual([second, first, third])
    expect(await list('?sort=-expiresAt')).toEqual([third, first, second])
    expect(await list('?sort=lastUsedAt')).toEqual([third, second, first])
    expect(await list('?sort=-lastUsedAt')).toEqual([first, second, third])
    expect(await list('?sort=grantedAt')).toEqual((await list('?sort=-grantedAt')).toReversed())
    expect(await list('?sort=expiresAt&limit=1&page=2')).toEqual([first])
    expect(await list('?limit=2&page=9')).toEqual([])
    expect(await list('?search=ZÜRICH%20100%25_')).toEqual([first])
    expect(await list('?search=%25')).toEqual([first])
    expect(await list(`?search=${technician.email.split('@')[0]}`)).toEqual([])
    const found = await world.as(manager).get(url(technician.id, '?search=berlin&limit=1'))
    expect(found.body.data).toMatchObject({ total: 1, items: [{ id: third }] })
  })

  test.each([
    '?sort=notes',
    '?status=gone',
    '?page=0',
    '?limit=101',
    '?sort=expiresAt&sort=grantedAt',
    '?sort[]=expiresAt',
    '?x=1',
  ])('400: %s', async (query) => {
    const technician = await world.staff('technician')
    expect(outcome(await world.as(manager).get(url(technician.id, query)))).toBe('400 validation_failed')
  })

  test('a technician sees their own grants whole, also on customers out of reach, and of nobody else', async () => {
    const technician = await world.staff('technician')
    const past = await world.customer()
    await world.grant(technician, past, { status: 'revoked', ipRestrictions: ['203.0.113.9'] })
    const own = await world.as(technician).get(url(technician.id))
    expect(own.body.data.items).toMatchObject([
      {
        ipRestrictions: ['203.0.113.9'],
        notes: null,
        technician: { id: technician.id, email: technician.email },
        customer: { id: past.id, name: past.name },
      },
    ])
    const staffs = await world.as(manager).get(url(technician.id))
    expect(own.body).toEqual(staffs.body)
    const searched = await world.as(technician).get(url(technician.id, `?search=${encodeURIComponent(past.name)}`))
    expect(searched.body.data.total).toBe(1)
    const colleague = await world.staff('technician')
    expect(outcome(await world.as(technician).get(url(colleague.id)))).toBe('404 not_found')
  })

  test('404: nobody, and a person who is not of the provider', async () => {
    const member = await world.member(await world.customer(), 'admin')
    for (const id of [uuidv7(), member.id]) expect(outcome(await world.as(manager).get(url(id)))).toBe('404 not_found')
  })

  test('403: a customer’s members', async () => {
    const member = await world.member(await world.customer(), 'admin')
    expect(outcome(await world.as(member).get(url(member.id)))).toBe('403 forbidden')
  })
})

describe('GET /api/access-management/customer/:customerId/technicians', () => {
  const url = (id: string, query = '') => `/api/access-management/customer/${id}/technicians${query}`

  test.each(['admin', 'basic_user', 'report_viewer', 'request_user'] as const)(
    'a customer’s %s sees who can reach them, at what level and until when, but neither notes nor addresses',
    async (role) => {
      const customer = await world.customer()
      const technician = await world.staff('technician')
      const asked = {
        technicianId: technician.id,
        customerOrgId: customer.id,
        accessLevel: 'full_access',
        expiresAt: hoursFromNow(5),
        allowedServices: ['siem'],
        ipRestrictions: ['203.0.113.77'],
        reason: 'for the migration',
        notes: 'difficult customer',
      }
      const granted = await world.as(manager).post('/api/access-management/grant', asked)
      expect(granted.status).toBe(201)
      const { status, body } = await world.as(await world.member(customer, role)).get(url(customer.id))
      expect(status).toBe(200)
      const { ipRestrictions: _, notes: _notes, ...shown } = granted.body.data
      expect(body.data).toEqual({ items: [shown], total: 1, page: 1, limit: 25, totalPages: 1 })
      expect(JSON.stringify(body)).not.toMatch(/difficult|203\.0\.113\.77/)
    },
  )

  test('staff see the grants whole; filters, search for technicians, sorting and pages hold for both', async () => {
    const customer = await world.customer()
    const member = await world.member(customer, 'admin')
    const [one, two] = [await world.staff('technician'), await world.staff('security_analyst')]
    const active = await world.grant(one, customer, { expiresAt: new Date(hoursFromNow(1)) })
    const revoked = await world.grant(two, customer, { status: 'revoked' })
    const { rows } = await world.admin.query('select last_name from users where id = $1', [one.id])
    for (const who of [manager, member]) {
      const list = async (query: string) => ids(await world.as(who).get(url(customer.id, query)))
      expect((await list('')).toSorted()).toEqual([active, revoked].toSorted())
      expect(await list('?status=active')).toEqual([active])
      expect(await list('?status=revoked')).toEqual([revoked])
      expect(await list('?sort=expiresAt')).toEqual([active, revoked])
      expect(await list('?sort=expiresAt&limit=1&page=2')).toEqual([revoked])
      expect(await list(`?search=${rows[0].last_name.toUpperCase()}`)).toEqual([active])
      expect((await world.as(who).get(url(customer.id, '?search=nobody'))).body.data.total).toBe(0)
    }
    const whole = await world.as(manager).get(url(customer.id))
    expect(whole.body.data.items[0]).toMatchObject({ notes: null, ipRestrictions: null })
  })

  test('404: another customer, the provider and nothing at all are the same to a member', async () => {
    const member = await world.member(await world.customer(), 'admin')
    const other = await world.customer()
    const answers = await Promise.all(
      [other.id, (await world.provider()).id, uuidv7()].map((id) => world.as(member).get(url(id))),
    )
    for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body)
    expect(answers.map(outcome)).toEqual(Array(3).fill('404 not_found'))
  })

  test('404: to staff, what is no customer', async () => {
    for (const id of [uuidv7(), (await world.provider()).id])
      expect(outcome(await world.as(manager).get(url(id)))).toBe('404 not_found')
  })

  test('403: a technician', async () => {
    const technician = await world.staff('technician')
    const customer = await world.customer()
    await world.grant(technician, customer)
    expect(outcome(await world.as(technician).get(url(customer.id)))).toBe('403 forbidden')
  })
})

describe('the database, whatever the server asks of it,', () => {
  /** What a statement answers to a role in its context, or its error. */
  async function ask(context: { role: string; user?: string; org?: string }, statement: string): Promise<unknown[]> {
    const client = await world.admin.connect()
    try {
      await client.query('begin')
      await client.query(
        `select set_config('role', $1, true), set_config('castellan.org_id', $2, true), set_config('castellan.user_id', $3, true)`,
        [context.role, context.org ?? '', context.user ?? ''],
      )
      return (await client.query(statement)).rows
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  test('gives a customer’s member neither notes nor addresses', async () => {
    const customer = await world.customer()
    await world.grant(await world.staff('technician'), customer)
    const member = { role: 'castellan_member', org: customer.id, user: uuidv7() }
    expect(await ask(member, 'select status from technician_customer_access')).toEqual([{ status: 'active' }])
    for (const column of ['notes', 'ip_restrictions', '*'])
      await expect(ask(member, `select ${column} from technician_customer_access`), column).rejects.toThrow(/denied/)
  })

  test('tells a member who the technician of a grant on their own customer is, and of no other', async () => {
    const [mine, other] = [await world.customer(), await world.customer()]
    const technician = await world.staff('technician')
    const [onMine, onOther] = [await world.grant(technician, mine), await world.grant(technician, other)]
    const member = { role: 'castellan_member', org: mine.id, user: uuidv7() }
    const named = (id: string) => ask(member, `select email from access_technician('${id}')`)
    expect(await named(onMine)).toEqual([{ email: technician.email }])
    expect(await named(onOther)).toEqual([])
  })

  test('tells a technician the customers of their own grants, and no other', async () => {
    const [technician, colleague] = [await world.staff('technician'), await world.staff('technician')]
    const [past, other] = [await world.customer(), await world.customer()]
    const own = await world.grant(technician, past, { status: 'revoked' })
    const foreign = await world.grant(colleague, other)
    const as = { role: 'castellan_technician', user: technician.id }
    expect(await ask(as, `select name from access_customer('${own}')`)).toEqual([{ name: past.name }])
    expect(await ask(as, `select name from access_customer('${foreign}')`)).toEqual([])
    expect(await ask(as, 'select name from granted_customers()')).toEqual([{ name: past.name }])
    expect(await ask({ role: 'castellan_technician' }, 'select name from granted_customers()')).toEqual([])
  })

  test('lets a technician write nothing of a grant but its use, and nothing of another’s', async () => {
    const [technician, colleague] = [await world.staff('technician'), await world.staff('technician')]
    const own = await world.grant(technician, await world.customer())
    const foreign = await world.grant(colleague, await world.customer())
    const as = { role: 'castellan_technician', user: technician.id }
    const use = (id: string) =>
      ask(as, `update technician_customer_access set usage_count = usage_count + 1 where id = '${id}' returning id`)
    expect([await use(own), await use(foreign)]).toEqual([[{ id: own }], []])
    for (const change of ["status = 'active'", "access_level = 'full_access'", 'expires_at = null', 'notes = null'])
      await expect(ask(as, `update technician_customer_access set ${change} where id = '${own}'`)).rejects.toThrow(
        /denied/,
      )
  })
})
