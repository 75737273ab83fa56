import diagnostics from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { signedInNow } from '../support/clock.ts'
import type { Person } from '../support/factories.ts'
import { outcome } from '../support/grants.ts'
import { askedCleanup, writePast } from '../support/past.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let admin: Person
let other: Person
/** What the framework was told to serve, heard at the framework itself. */
const routes: RouteOptions[] = []
const listen = (message: unknown): void => {
  const { fastify: app } = message as { fastify: FastifyInstance }
  app.addHook('onRoute', (route) => void routes.push(route))
}
beforeAll(async () => {
  diagnostics.subscribe('fastify.initialization', listen)
  world = await createWorld()
  diagnostics.unsubscribe('fastify.initialization', listen)
  admin = await world.staff('super_admin')
  other = await world.staff('super_admin')
})
afterAll(() => world.close())

interface Request {
  url: string
  body?: Record<string, unknown>
}

/** A request, and one like it that it does not answer. */
interface Asked extends Request {
  other: Request
}

/** What each endpoint that honours the key is asked, and what its one effect is called in the trail; or where its rows are. */
const endpoints: Record<string, { effect: string; ask: () => Promise<Asked> }> = {
  'POST /api/organizations': {
    effect: 'organization.created',
    ask: async () => varied('/api/organizations', { name: `Acme ${uuidv7()}` }, { name: `Bolt ${uuidv7()}` }),
  },
  'POST /api/users': {
    effect: 'user.invited',
    ask: async () => {
      const person = { email: `${uuidv7()}@example.com`, firstName: 'New', lastName: 'Person', role: 'technician' }
      return varied('/api/users', person, { role: 'security_analyst' })
    },
  },
  'POST /api/users/profile/views': {
    effect: 'saved_views',
    ask: async () => {
      const view = { page: 'audit', name: `View ${uuidv7()}`, query: 'last=7d' }
      return varied('/api/users/profile/views', view, { query: 'last=30d' })
    },
  },
  ...Object.fromEntries(
    ['/api/technician-access', '/api/access-management'].flatMap((prefix) => [
      [
        `POST ${prefix}/grant`,
        {
          effect: 'access.granted',
          ask: async () => {
            const [technician, customer] = [await world.staff('technician'), await world.customer()]
            const asked = { technicianId: technician.id, customerOrgId: customer.id }
            return varied(`${prefix}/grant`, asked, { accessLevel: 'full_access' })
          },
        },
      ],
      [
        `POST ${prefix}/handoff`,
        {
          effect: 'access.handed_off',
          ask: async () => {
            const [from, to] = [await world.staff('technician'), await world.staff('technician')]
            await world.grant(from, await world.customer())
            const asked = { fromTechnicianId: from.id, toTechnicianId: to.id, reason: 'on leave' }
            return varied(`${prefix}/handoff`, asked, { maintainOriginalAccess: true })
          },
        },
      ],
    ]),
  ),
  'POST /api/users/:userId/resend-invitation': {
    effect: 'user.invitation_resent',
    ask: async () => {
      const invited = async () => (await world.staff('technician', { status: 'invited' })).id
      const url = (id: string) => `/api/users/${id}/resend-invitation`
      return { url: url(await invited()), other: { url: url(await invited()) } }
    },
  },
  'POST /api/technician-access/:accessId/record-access': {
    effect: 'access.used',
    ask: async () => {
      const id = await world.grant(admin, await world.customer())
      const use = { service: 'siem', action: 'looked' }
      return varied(`/api/technician-access/${id}/record-access`, use, { action: 'looked again' })
    },
  },
  'POST /api/access-management/bulk-revoke': {
    effect: 'access.revoked',
    ask: async () => {
      const id = await world.grant(await world.staff('technician'), await world.customer())
      return varied('/api/access-management/bulk-revoke', { accessIds: [id], reason: 'enough' }, { reason: 'too much' })
    },
  },
  'POST /api/access-management/reviews/:reviewId/close': {
    effect: 'access.review_closed',
    ask: async () => {
      const id = await world.grant(await world.staff('technician'), await world.customer(), {
        accessLevel: 'emergency',
      })
      const { rows } = await world.admin.query('select id from access_reviews where access_id = $1', [id])
      const url = `/api/access-management/reviews/${rows[0].id}/close`
      return varied(url, { verdict: 'justified', notes: 'On fire.' }, { verdict: 'misused' })
    },
  },
  'POST /api/audit/holds': {
    effect: 'audit.hold_placed',
    ask: async () => varied('/api/audit/holds', await aHold(), { reason: 'another court asks for it' }),
  },
  'POST /api/audit/holds/:holdId/release': {
    effect: 'audit.hold_released',
    ask: async () => {
      const { id } = (await world.as(admin).post('/api/audit/holds', await aHold())).body.data
      return varied(`/api/audit/holds/${id}/release`, { reason: 'the case is over' }, { reason: 'it was none' })
    },
  },
  'POST /api/audit/cleanup': {
    effect: 'audit.cleanup_requested',
    ask: async () => {
      const terms = await oldEvents()
      const { planHash } = (await world.as(admin).post('/api/audit/cleanup', terms)).body.data
      return varied('/api/audit/cleanup', { ...terms, dryRun: false, planHash }, { olderThanDays: 366 })
    },
  },
  'POST /api/audit/cleanup/:cleanupId/approve': {
    effect: 'audit.cleanup_approved',
    ask: async () => {
      const url = async () => `/api/audit/cleanup/${await askedCleanup(world.as(other), await oldEvents())}/approve`
      return { url: await url(), other: { url: await url() } }
    },
  },
}

const aHold = async () => ({
  organizationId: (await world.customer()).id,
  caseReference: 'Case 7',
  reason: 'a court asks for it',
})

/** Of a customer of its own, to be removed. */
async function oldEvents(): Promise<{ olderThanDays: number; organizationId: string }> {
  const { id: organizationId } = await world.customer()
  await writePast(world, organizationId, [14])
  return { olderThanDays: 365, organizationId }
}

const varied = (url: string, body: Record<string, unknown>, change: object): Asked => ({
  url,
  body,
  other: { url, body: { ...body, ...change } },
})

const send = (request: Request, key: string, by: Person = admin): Promise<Answer> =>
  world.as(by).post(request.url, request.body, { 'idempotency-key': key })

const replayed = ({ headers }: Answer): boolean => headers['idempotency-replayed'] === 'true'

const effects = async (action: string): Promise<number> => {
  const counting = action === 'saved_views' ? 'from saved_views' : `from audit_logs where action = '${action}'`
  return Number((await world.admin.query(`select count(*) ${counting}`)).rows[0].count)
}

test('these are all that declare to honour the key', () => {
  const declared = routes
    .filter(({ config }) => config?.idempotent)
    .map(({ method, url }) => `${String(method)} ${url.replace(/\/$/, '')}`)
  expect(declared.toSorted()).toEqual(Object.keys(endpoints).toSorted())
})

describe.each(Object.entries(endpoints))('%s', (_, { effect, ask }) => {
  let request: Asked
  let key: string
  let before: number
  beforeEach(async () => {
    request = await ask()
    key = uuidv7()
    before = await effects(effect)
  })

  test('the same request again has the same answer, to the byte, and no other effect', async () => {
    const first = await send(request, key)
    expect(first.status, JSON.stringify(first.body)).toBeLessThan(300)
    const again = await send(request, key)
    expect([replayed(first), replayed(again)]).toEqual([false, true])
    expect([again.status, again.body, again.headers['etag']]).toEqual([first.status, first.body, first.headers['etag']])
    expect(again.headers['content-type']).toBe(first.headers['content-type'])
    expect(await effects(effect)).toBe(before + 1)
  })

  test('the same request many times at once: one effect, and every other answer is that one or “wait”', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(request, key)))
    const done = answers.filter(({ status }) => status < 300)
    expect(done.length).toBeGreaterThan(0)
    expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(done.filter((answer) => !replayed(answer))).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status >= 300))
      expect(outcome(answer)).toBe('409 idempotency_key_in_use')
    expect(await effects(effect)).toBe(before + 1)
    expect((await send(request, key)).body).toEqual(done[0]?.body)
  })

  test('422: another request under the same key, which does nothing', async () => {
    await send(request, key)
    const reused = await send(request.other, key)
    expect(outcome(reused)).toBe('422 idempotency_key_reused')
    expect(await effects(effect)).toBe(before + 1)
  })

  test('another person’s same key is another key', async () => {
    const first = await send(request, key)
    const theirs = await send(request, key, other)
    expect(replayed(theirs)).toBe(false)
    expect(theirs.body).not.toEqual(first.body)
    expect((await send(request, key)).body).toEqual(first.body)
    if (theirs.status !== 403) expect((await send(request, key, other)).body).toEqual(theirs.body)
  })

  test('without a key the request is a new one', async () => {
    await send(request, key)
    const plain = await world.as(admin).post(request.url, request.body)
    expect(replayed(plain)).toBe(false)
  })
})

describe('the key', () => {
  const create = (name: string, key: string, by: Person = admin) =>
    send({ url: '/api/organizations', body: { name } }, key, by)
  const fresh = () => `Crux ${uuidv7()}`

  test('keeps a refusal too, also when its cause is gone', async () => {
    const [name, key] = [fresh(), uuidv7()]
    const { id } = (await world.as(admin).post('/api/organizations', { name })).body.data
    const refused = await create(name, key)
    expect(outcome(refused)).toBe('409 name_taken')
    await world.admin.query('update organizations set name = $2 where id = $1', [id, fresh()])
    const again = await create(name, key)
    expect([outcome(again), replayed(again)]).toEqual(['409 name_taken', true])
    expect(outcome(await create(name, uuidv7()))).toBe('201')
  })

  test('is not spent by what is refused before it is looked at', async () => {
    const [name, key] = [fresh(), uuidv7()]
    expect(outcome(await send({ url: '/api/organizations', body: { name: '' } }, key))).toBe('400 validation_failed')
    expect(outcome(await create(name, key))).toBe('201')
  })

  test('does not keep what a role may not do: it may, later', async () => {
    const [key, technician, customer] = [uuidv7(), await world.staff('super_admin'), await world.customer()]
    const manager = await world.staff('account_manager')
    const asked = { technicianId: technician.id, customerOrgId: customer.id }
    const request = { url: '/api/technician-access/grant', body: asked }
    expect(outcome(await send(request, key, manager))).toBe('403 forbidden')
    await world.admin.query(`update users set role = 'super_admin' where id = $1`, [manager.id])
    world.house.standing.changed()
    expect(outcome(await send(request, key, manager))).toBe('201')
  })

  test('does not answer who may no longer ask', async () => {
    const [name, key, leaver] = [fresh(), uuidv7(), await world.staff('super_admin')]
    expect(outcome(await create(name, key, leaver))).toBe('201')
    await world.admin.query(`update users set role = 'technician' where id = $1`, [leaver.id])
    world.house.standing.changed()
    expect(outcome(await create(name, key, leaver))).toBe('403 forbidden')
  })

  test('is one for all endpoints: 422 at another one', async () => {
    const [name, key] = [fresh(), uuidv7()]
    await create(name, key)
    const elsewhere = {
      url: '/api/users',
      body: { email: `${uuidv7()}@example.com`, firstName: 'A', lastName: 'B', role: 'technician' },
    }
    expect(outcome(await send(elsewhere, key))).toBe('422 idempotency_key_reused')
  })

  test('takes the same fields in another order for the same request', async () => {
    const [name, key] = [fresh(), uuidv7()]
    const body = { name, domain: 'example.com' }
    const first = await send({ url: '/api/organizations', body }, key)
    const again = await world
      .as(admin)
      .post('/api/organizations', `{"domain": "example.com", "name": ${JSON.stringify(name)}}`, {
        'idempotency-key': key,
      })
    expect([outcome(first), again.body, replayed(again)]).toEqual(['201', first.body, true])
  })

  test.each([
    ['empty', ''],
    ['with a space', 'a b'],
    ['beyond ASCII', 'clé'],
    ['too long', 'a'.repeat(256)],
  ])('400: %s', async (_, key) => {
    const answer = await create(fresh(), key)
    expect([outcome(answer), answer.body.details?.[0]?.path]).toEqual(['400 validation_failed', 'Idempotency-Key'])
  })

  test('of 255 characters will do', async () => {
    expect(outcome(await create(fresh(), `"${'~'.repeat(253)}"`))).toBe('201')
  })

  test('does nothing where nothing is created', async () => {
    const asked = { technicianId: (await world.staff('technician')).id, customerOrgId: (await world.customer()).id }
    for (let n = 0; n < 2; n++) {
      const answer = await send({ url: '/api/access-management/check', body: asked }, 'the same')
      expect([answer.status, replayed(answer)]).toEqual([200, false])
    }
  })

  test('keeps its answer where nobody reads it: an invitation’s link is in it', async () => {
    const key = uuidv7()
    const body = { email: `${uuidv7()}@example.com`, firstName: 'New', lastName: 'Person', role: 'technician' }
    const { invitationUrl } = (await send({ url: '/api/users', body }, key)).body.data
    const { rows } = await world.admin.query('select answer_sealed from idempotency_keys where key = $1', [key])
    expect(rows[0].answer_sealed).not.toContain(invitationUrl.split('/').at(-1))
    expect(Buffer.from(rows[0].answer_sealed.split('.').at(-1), 'base64url').toString()).not.toContain(body.email)
  })

  test('is free again when the server fails', async () => {
    const [name, key] = [fresh(), uuidv7()]
    await world.admin.query(`
      create function fail() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
      create trigger fail before insert on organizations for each row when (new.name = '${name}') execute function fail()`)
    expect(outcome(await create(name, key))).toBe('500 internal_error')
    await world.admin.query('drop trigger fail on organizations; drop function fail')
    expect(outcome(await create(name, key))).toBe('201')
  })

  test('that is released just while another looks at it says “wait”, and no more', async () => {
    const [name, key] = [fresh(), uuidv7()]
    await world.admin.query(
      `insert into idempotency_keys (org_id, user_id, key, request_hash, created_at) values ($1, $2, $3, '\\x00', now())`,
      [admin.orgId, admin.id, key],
    )
    // it is there for the claim and hidden from the look at it
    await world.admin.query(
      'create policy hidden on idempotency_keys as restrictive for select to castellan_identity using (false)',
    )
    expect(outcome(await create(name, key))).toBe('409 idempotency_key_in_use')
    await world.admin.query('drop policy hidden on idempotency_keys')
  })

  test('of a server that died is free after a minute, an answered one after a day', async () => {
    const [name, key, abandoned] = [fresh(), uuidv7(), uuidv7()]
    const first = await create(name, key)
    await world.admin.query(
      `insert into idempotency_keys (org_id, user_id, key, request_hash, created_at)
       select org_id, user_id, $2, request_hash, created_at from idempotency_keys where key = $1`,
      [key, abandoned],
    )
    const later = async (seconds: number, which: string) => {
      world.travel(seconds * 1000)
      return create(name, which, await signedInNow(world, admin))
    }
    expect(outcome(await later(50, abandoned))).toBe('409 idempotency_key_in_use')
    expect(outcome(await later(20, abandoned))).toBe('409 name_taken')
    expect((await later(86_400 - 100, key)).body).toEqual(first.body)
    expect(outcome(await later(60, key))).toBe('409 name_taken')
  })
})
