import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportBundle, verifyBundle, verifyTrail } from '../../src/services/audit.service.ts'
import { equip, PASSWORD } from '../support/credentials.ts'
import type { Customer, Person } from '../support/factories.ts'
import { leafByHand } from '../support/leaf-by-hand.ts'
import { createWorld } from '../support/world.ts'
import type { Client, World } from '../support/world.ts'

const HOME = '203.0.113.77'
const AGENT = 'Lovelace-Browser/1'
const asked = { basis: 'objection', reference: 'DSR-17' }

let world: World
let admin: Person
let superAdmin: Client
let acme: Customer
let bolt: Customer
beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  superAdmin = world.as(admin)
  acme = await world.customer({ name: 'Acme' })
  bolt = await world.customer({ name: 'Bolt' })
})
afterAll(() => world.close())

const query = async (text: string, ...values: unknown[]) => (await world.admin.query(text, values)).rows
const at = (person: Person, address = HOME): Client => world.as(person, { address })
const done = async (answer: Promise<{ status: number; body: any }>, status = 200): Promise<any> => {
  const { status: was, body } = await answer
  expect(was, JSON.stringify(body)).toBe(status)
  return body.data
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await query(
    `select relname from pg_class
      where relnamespace = 'castellan'::regnamespace and relkind in ('r', 'p') and not relispartition`,
  )
  const rows = []
  for (const { relname } of tables)
    rows.push(...(await query(`select '${relname} ' || t::text as row from ${relname} t`)))
  return rows.map(({ row }) => row).join('\n')
}

const whereIs = async (words: string): Promise<string[]> =>
  (await dump()).split('\n').filter((row) => row.toLowerCase().includes(words.toLowerCase()))

async function bundle(): Promise<string[]> {
  const trail = world.house.database.within({ as: 'sealer' })
  const { trailKey } = world.house.credentials
  const lines: string[] = []
  for await (const line of exportBundle({ trail, trailKey, now: world.house.clock() })) lines.push(line.trimEnd())
  return lines
}

const verifyLines = (lines: readonly string[]) =>
  verifyBundle(each(lines), { verifier: world.house.credentials.trailKey, anchored: [] })

/** Of both ways to verify what there is now. */
async function faults(): Promise<unknown[]> {
  const trail = world.house.database.within({ as: 'sealer' })
  const inDatabase = await verifyTrail({ trail, trailKey: world.house.credentials.trailKey, anchored: [] })
  const inBundle = await verifyLines(await bundle())
  expect(inBundle.whole).toBe(true)
  return [...inDatabase.faults, ...inBundle.faults]
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

const eventsOf = async (filter: string): Promise<any[]> =>
  (await done(superAdmin.get(`/api/audit/logs?limit=100&${filter}`))).items
const erasures = () => query(`select org_id, details from audit_logs where action = 'privacy.erased' order by org_id`)

/** A member of acme who has left traces wherever a member can. */
async function ada(): Promise<{ person: Person; former: string }> {
  const person = await world.member(acme, 'report_viewer', { mfaEnabled: false, email: 'ada.lovelace@acme.example' })
  await equip(world, person)
  const stranger = world.as({ token: '' } as never, { address: HOME })
  const signIn = (password: string) =>
    stranger.post('/api/auth/login', { email: person.email, password }, { 'user-agent': AGENT })
  await done(signIn('wrong horse battery staple'), 401)
  await done(signIn(PASSWORD))
  await done(at(person).put(`/api/users/${person.id}`, { firstName: 'Ada', lastName: 'Lovelace' }))
  await done(superAdmin.put(`/api/users/${person.id}`, { email: 'ada.byron@acme.example' }))
  await done(
    superAdmin.put(`/api/organizations/${acme.id}`, {
      settings: { contact: { name: 'Desk', email: 'ada.byron@acme.example' } },
    }),
  )
  await query('update user_sessions set ip_address = $2, user_agent = $3 where user_id = $1', person.id, HOME, AGENT)
  return { person: { ...person, email: 'ada.byron@acme.example' }, former: person.email }
}

describe('a member who was deleted', () => {
  let person: Person
  let former: string
  let before: any[]
  beforeAll(async () => {
    ;({ person, former } = await ada())
    await done(superAdmin.get(`/api/audit/export?format=ndjson&search=${encodeURIComponent(person.email)}`))
    await world.as(await world.member(acme, 'admin')).put(`/api/organizations/${acme.id}`, { domain: 'acme.example' })
    await world.runJob('seal-trail')
  }, 60_000)

  test('409 as long as they are not deleted; a dry run changes nothing; a reference that names them is refused', async () => {
    const url = `/api/users/${person.id}/erase`
    expect(await superAdmin.post(url, asked)).toMatchObject({ status: 409, body: { error: 'user_not_deleted' } })
    await done(superAdmin.delete(`/api/users/${person.id}`))
    await world.runJob('seal-trail')
    before = await eventsOf(`organizationId=${acme.id}`)
    const all = await dump()
    const data = await done(superAdmin.post(url, { ...asked, dryRun: true }))
    expect(data).toMatchObject({ userId: person.id, organizations: 2, records: null, dryRun: true })
    expect(data.events.actor).toBeGreaterThan(0)
    expect(await dump()).toBe(all)
    expect(await superAdmin.post(url, { ...asked, reference: 'Ada Lovelace asked' })).toMatchObject({ status: 400 })
  })

  test('is nowhere in the database any more, by address, name, place or device', async () => {
    for (const words of [person.email, former, 'Lovelace', HOME, AGENT])
      expect(await whereIs(words), words).not.toEqual([])
    const data = await done(superAdmin.post(`/api/users/${person.id}/erase`, asked))
    expect(data).toMatchObject({ dryRun: false, organizations: 2, records: expect.any(Number) })
    for (const words of [person.email, former, 'Lovelace', HOME, AGENT]) expect(await whereIs(words), words).toEqual([])
  })

  test('keeps an id and a role, and a row that says that it is nobody now', async () => {
    expect(await done(superAdmin.get(`/api/users/${person.id}`))).toMatchObject({
      ...{ id: person.id, role: 'report_viewer', status: 'deleted' },
      ...{ firstName: 'Erased', lastName: 'Person', email: `${person.id}@erased.invalid` },
    })
  })

  test('is told of in each trail that it touched, by id, with the events that do not name them', async () => {
    const provider = (await world.provider()).id
    const told = await erasures()
    expect(told.map(({ org_id }) => org_id).toSorted()).toEqual([acme.id, provider].toSorted())
    const elsewhere = told.find(({ org_id }) => org_id === provider)
    const [exported] = await query(`select id from audit_logs where action = 'audit.exported'`)
    expect(elsewhere.details).toMatchObject({ basis: 'objection', reference: 'DSR-17', alsoIn: [exported.id] })
  })

  test('leaves a trail that verifies, before the erasure is sealed and after, in the database and as a bundle', async () => {
    expect(await faults()).toEqual([])
    const unsealed = await bundle()
    const explained = unsealed.filter((line) => line.startsWith('{"type":"erasure"'))
    expect(explained).toHaveLength(2)
    const forged = explained[0]?.replace('DSR', 'DSX').replace(/"signature":"./, '"signature":"_') ?? ''
    for (const instead of [[], [forged.replace('"_', '"A'), forged.replace('"_', '"B')]]) {
      const lines = unsealed.flatMap((line) => (line === explained[0] ? instead : [line]))
      const { faults: found } = await verifyLines(lines)
      expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['edited']))
    }
    await world.runJob('seal-trail')
    expect(await faults()).toEqual([])
    expect((await bundle()).filter((line) => line.startsWith('{"type":"erasure"'))).toEqual([])
  })

  test('leaves events that say what is gone, and whose proofs hold for what they show now', async () => {
    const after = new Map((await eventsOf(`organizationId=${acme.id}`)).map((event) => [event.id, event]))
    const erased = before.filter(({ id }) => after.get(id)?.erased.length > 0)
    expect(erased.length).toBeGreaterThan(4)
    expect(erased.length).toBeLessThan(before.length)
    for (const event of before) {
      const now = after.get(event.id)
      const proof = await done(superAdmin.get(`/api/audit/integrity/proof/${event.id}`))
      expect(leafByHand(now, proof), event.action).toBe(proof.leafHash)
      expect(
        Object.entries(proof.personal)
          .filter(([, one]: any) => one.nonce === null)
          .map(([group]) => group),
      ).toEqual(now.erased)
      if (now.erased.length === 0) expect(now).toEqual(event)
    }
    const own = erased.find(({ action }) => action === 'auth.login_succeeded')
    expect(after.get(own.id)).toMatchObject({
      ...{ erased: ['actor', 'description'], actor: { userId: person.id, email: null, role: 'report_viewer' } },
      ...{ ipAddress: null, userAgent: null, description: '[erased]', details: { by: 'password' } },
    })
    const byOther = erased.find(({ action }) => action === 'user.deleted')
    expect(after.get(byOther.id)).toMatchObject({
      ...{ erased: ['description'], actor: { email: admin.email }, ipAddress: '127.0.0.1' },
      changes: { before: { status: 'active' }, after: { status: 'deleted' } },
    })
  })

  test.each(['csv', 'ndjson', 'ocsf'])('is not in an export as %s, which says so', async (format) => {
    const answer = await superAdmin.get(`/api/audit/export?format=${format}&organizationId=${acme.id}`)
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    expect(text).toContain('[erased]')
    expect(text).toMatch(format === 'csv' ? /,actor description\n/ : /"erased":\["actor","description"\]/)
    for (const words of [person.email, former, 'Lovelace', HOME]) expect(text).not.toContain(words)
  })

  test('can be erased again: nothing is left, and nothing is told', async () => {
    const told = await erasures()
    const data = await done(superAdmin.post(`/api/users/${person.id}/erase`, asked))
    expect(data).toMatchObject({ events: { total: 0 }, organizations: 0, records: 0 })
    expect(await erasures()).toEqual(told)
  })
})

describe('a technician who was deleted', () => {
  let tess: Person
  let id: string
  beforeAll(async () => {
    tess = await world.staff('technician', { email: 'tess.tester@provider.example' })
    await done(superAdmin.put(`/api/users/${tess.id}`, { firstName: 'Tess', lastName: 'Tester' }))
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const terms = {
      technicianId: tess.id,
      customerOrgId: bolt.id,
      expiresAt,
      ipRestrictions: ['198.51.100.9'],
      notes: 'Tess Tester asked',
    }
    ;({ id } = await done(superAdmin.post('/api/technician-access/grant', { ...terms, reason: 'audit' }), 201))
    const use = {
      service: 'edr',
      action: 'Isolated a host',
      ticket: 'T-1',
      details: { by: 'tess.tester@provider.example' },
    }
    await done(at(tess, '198.51.100.9').post(`/api/technician-access/${id}/record-access`, use))
    await world.member(bolt, 'admin')
    const emergency = {
      technicianId: tess.id,
      customerOrgId: bolt.id,
      accessLevel: 'emergency',
      reason: 'Tess Tester must look',
    }
    await done(superAdmin.post('/api/technician-access/grant', emergency), 201)
    await done(superAdmin.delete(`/api/users/${tess.id}`))
    await world.runJob('seal-trail')
  }, 60_000)

  test('is nowhere any more: not in the trails, grants and news of customers either; what was done stays', async () => {
    for (const words of [tess.email, 'Tess Tester', '198.51.100.9']) expect(await whereIs(words), words).not.toEqual([])
    await done(superAdmin.post(`/api/users/${tess.id}/erase`, asked))
    for (const words of [tess.email, 'Tess Tester', '198.51.100.9']) expect(await whereIs(words), words).toEqual([])
    const [use] = await eventsOf(`organizationId=${bolt.id}&action=access.used`)
    expect(use).toMatchObject({
      ...{ actor: { userId: tess.id, role: 'technician' }, resourceId: id, outcome: 'success' },
      details: { technicianId: tess.id, service: 'edr', accessLevel: 'read_only' },
    })
    const [granted] = (await eventsOf(`organizationId=${bolt.id}&action=access.granted&resourceId=${id}`)).filter(
      Boolean,
    )
    expect(granted).toMatchObject({
      actor: { email: admin.email },
      changes: { after: { technicianId: tess.id, accessLevel: 'read_only' } },
    })
  })

  test('leaves trails that verify', async () => {
    expect(await faults()).toEqual([])
    await world.runJob('seal-trail')
    expect(await faults()).toEqual([])
  })
})

describe('no other change of an event passes, whoever makes it:', () => {
  let event: string
  beforeAll(async () => {
    const customer = await world.customer()
    await done(superAdmin.put(`/api/organizations/${customer.id}`, { name: 'Changed once' }))
    ;[{ id: event }] = await query(
      `select id from audit_logs where org_id = $1 and action = 'organization.updated'`,
      customer.id,
    )
  })

  const committed = `description_nonce = null, description_commitment = sha256('')`
  const content = `content_nonce = null, content_commitment = sha256('')`
  test.each([
    ['a word of it', `description = 'Nothing to see'`],
    ['a word that is not personal', `outcome = 'failure'`],
    ['part of what is erased with others', 'user_agent = null'],
    ['a text that goes and leaves no commitment', `description = '[erased]', description_nonce = null`],
    ['a commitment that is put beside what stays', committed],
    ['a text that another takes the place of', `description = 'Nothing to see', ${committed}`],
    ['something that is added', `details = details || '{"more": 1}', ${content}`],
    ['something that is put in its place', `changes = '{"after": {"name": 1}}', ${content}`],
    ['who did it, with what is erased', `user_id = null, description = '[erased]', ${committed}`],
    ['a nonce', `actor_nonce = description_nonce`],
  ])('%s', async (_what, change) => {
    await expect(query(`update audit_logs set ${change} where id = $1`, event)).rejects.toThrow(
      /append-only|audit_logs_nonce_or_commitment/,
    )
  })

  test('what an erasure does passes, once', async () => {
    const client = await world.admin.connect()
    await client.query('begin')
    const first = `update audit_logs set description = '[erased]', ${committed} where id = '${event}'`
    expect((await client.query(first)).rowCount).toBe(1)
    await expect(client.query(first.replace("sha256('')", "sha256('x')"))).rejects.toThrow(/append-only/)
    await client.query('rollback')
    client.release()
  })
})

test('401 without a fresh proof · 403 for others than super admins · 404 for nobody', async () => {
  const { id } = await world.member(bolt, 'basic_user', { status: 'deleted' })
  const stale = await world.staff('super_admin')
  await query(
    `update user_sessions set created_at = now() - interval '1 hour', mfa_at = now() - interval '1 hour' where user_id = $1`,
    stale.id,
  )
  const url = `/api/users/${id}/erase`
  expect(await world.as(stale).post(url, asked)).toMatchObject({ status: 401, body: { error: 'step_up_required' } })
  for (const role of ['account_manager', 'security_analyst', 'technician'] as const)
    expect(await world.as(await world.staff(role)).post(url, asked)).toMatchObject({ status: 403 })
  expect(await world.as(await world.member(bolt, 'admin')).post(url, asked)).toMatchObject({ status: 403 })
  expect(await superAdmin.post(`/api/users/${bolt.id}/erase`, asked)).toMatchObject({ status: 404 })
  expect(await superAdmin.post(url, { basis: 'because' })).toMatchObject({ status: 400 })
})

describe('under a legal hold', () => {
  const hold = (orgId: string, subjectId: string | null) =>
    query(
      `insert into audit_holds (id, org_id, subject_id, case_reference, reason, placed_by, placed_at)
       values (gen_random_uuid(), $1, $2, 'C-1', 'a court asked', $3, now()) returning id`,
      orgId,
      subjectId,
      admin.id,
    )

  test.each([
    ['on the person', (person: Person) => hold(person.orgId, person.id)],
    ['on their organization', (person: Person) => hold(person.orgId, null)],
  ])('%s, 409: nothing is erased, and the refusal is an event', async (_what, place) => {
    const customer = await world.customer()
    const person = await world.member(customer, 'basic_user', { status: 'deleted' })
    const [{ id }] = await place(person)
    const answer = await superAdmin.post(`/api/users/${person.id}/erase`, asked)
    expect(answer).toMatchObject({ status: 409, body: { error: 'legal_hold', details: { holdIds: [id] } } })
    expect(await whereIs(person.email)).not.toEqual([])
    const refused = await eventsOf(`organizationId=${customer.id}&action=privacy.*`)
    expect(refused).toMatchObject([
      { action: 'privacy.erasure_refused', outcome: 'denied', resourceId: person.id, details: { holdIds: [id] } },
    ])
  })
})

test('two erasures of one person at once: one does it, and each part is told once', async () => {
  const customer = await world.customer()
  const person = await world.member(customer, 'basic_user')
  await done(at(person).put(`/api/users/${person.id}`, { firstName: 'Two' }))
  await done(superAdmin.delete(`/api/users/${person.id}`))
  const answers = await Promise.all([1, 2, 3].map(() => superAdmin.post(`/api/users/${person.id}/erase`, asked)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(answers.map(({ body }) => body.data.events.total).toSorted()).toEqual([0, 0, expect.any(Number)])
  expect((await erasures()).filter(({ org_id }) => org_id === customer.id)).toHaveLength(1)
})
