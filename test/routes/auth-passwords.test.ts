import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { equip, login, PASSWORD, trail, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { openMailServer } from '../support/mail-server.ts'
import type { MailServer } from '../support/mail-server.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const NEW_PASSWORD = 'a quite different passphrase'

let mail: MailServer
let world: World
beforeAll(async () => {
  mail = await openMailServer()
  world = await createWorld({ SMTP_URL: mail.url, PUBLIC_URL: 'https://castellan.example' })
  await world.provider()
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
  await mail.down()
})

async function member(mfaEnabled = false): Promise<Person & Holder> {
  const person = await world.member(await world.customer(), 'basic_user', { mfaEnabled })
  return { ...person, ...(await equip(world, person)) }
}

const change = (person: Person, body: object): Promise<Answer> =>
  world.as(person).post('/api/auth/password/change', body)
const forgot = (email: string, address = '198.51.100.1'): Promise<Answer> =>
  world.as({ token: '' } as never, { address }).post('/api/auth/password/forgot', { email })
const reset = (token: string, newPassword = NEW_PASSWORD): Promise<Answer> =>
  world.nobody.post('/api/auth/password/reset', { token, newPassword })

async function lettersTo(email: string) {
  await world.runJob('answer-password-requests')
  await world.runJob('send-mail')
  return mail.received.filter(({ to }) => to === email)
}

/** The token of the newest link that was mailed. */
async function mailedToken(email: string): Promise<string> {
  await forgot(email)
  const letters = (await lettersTo(email)).filter(({ text }) => text.includes('/password-reset/'))
  return /https:\/\/castellan\.example\/password-reset\/(rst_[\w-]{43})\r\n/.exec(letters.at(-1)?.text ?? '')?.[1] ?? ''
}

const wrongKind = { status: 401, body: { error: 'invalid_credentials' } }

describe('changing the password', () => {
  test('ends all other sessions and none but those, tells the person, and leaves its event', async () => {
    const person = await member()
    const other = { ...person, ...(await world.signIn(person)) }
    const answer = await change(person, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    expect(answer).toMatchObject({ status: 200, body: { data: { revoked: 1 } } })
    expect((await world.as(other).get('/api/users/profile')).body.error).toBe('session_revoked')
    expect((await world.as(person).get('/api/users/profile')).status).toBe(200)
    expect((await login(world, person)).status).toBe(401)
    expect((await login(world, person, NEW_PASSWORD)).status).toBe(200)
    expect(await trail(world, person.orgId, 'auth.password_changed')).toMatchObject([{ user_id: person.id }])
    expect(await lettersTo(person.email)).toMatchObject([{ headers: { subject: 'How you sign in has changed' } }])
  })

  test('takes the current one; a wrong one changes nothing and is in the trail', async () => {
    const person = await member()
    const wrong = await change(person, { currentPassword: NEW_PASSWORD, newPassword: NEW_PASSWORD })
    expect(wrong).toMatchObject(wrongKind)
    expect((await login(world, person)).status).toBe(200)
    expect(await trail(world, person.orgId, 'auth.password_change_failed')).toMatchObject([
      { user_id: person.id, outcome: 'failure', risk_level: 'high' },
    ])
  })

  test('five wrong ones are followed by a wait, also for the right one', async () => {
    const person = await member()
    const body = { currentPassword: NEW_PASSWORD, newPassword: NEW_PASSWORD }
    for (let i = 0; i < 5; i++) expect((await change(person, body)).status).toBe(401)
    const refused = await change(person, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    expect(refused).toMatchObject({ status: 429, body: { error: 'rate_limited' } })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60)
  })

  test.each([
    ['too short', 'only fourteen!'],
    ['common', 'passwordpassword'],
    ['of the product', 'castellancastellan'],
    ['beyond 256 bytes', 'ü'.repeat(129)],
  ])('400: a new one that is %s', async (_, newPassword) => {
    const answer = await change(await member(), { currentPassword: PASSWORD, newPassword })
    expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'newPassword' }] } })
  })

  test('of four at once with the same current one, one succeeds', async () => {
    const person = await member()
    const bodies = Array.from({ length: 4 }, (_, i) => ({
      currentPassword: PASSWORD,
      newPassword: `${NEW_PASSWORD} number ${i}`,
    }))
    const answers = await Promise.all(bodies.map((body) => change(person, body)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('a forgotten password', () => {
  test('is answered alike for every address, and a link leaves for accounts that can sign in alone', async () => {
    const customer = await world.customer()
    const people = await Promise.all(
      ['active', 'invited', 'suspended', 'deleted'].map((status) => world.member(customer, 'basic_user', { status })),
    )
    const elsewhere = await world.member(await world.customer({ status: 'suspended' }), 'basic_user')
    const emails = [...people, elsewhere].map(({ email }) => email)
    for (const [i, email] of ['nobody.at.all@example.com', ...emails].entries()) {
      const { status, body } = await forgot(email, `198.51.100.${i + 10}`)
      expect({ status, body }).toEqual({ status: 200, body: { success: true, data: { requested: true } } })
    }
    const letters: number[] = []
    for (const email of emails) letters.push((await lettersTo(email)).length)
    expect(letters).toEqual([1, 0, 0, 0, 0])
    expect((await world.admin.query('select 1 from password_requests')).rows).toEqual([])
  })

  test('the link sets a new one once; every session ends, and none is opened', async () => {
    const person = await member(true)
    const token = await mailedToken(person.email)
    expect(await reset(token)).toMatchObject({ status: 200, body: { data: { revoked: 1 } } })
    expect((await world.as(person).get('/api/users/profile')).body.error).toBe('session_revoked')
    expect(await reset(token, PASSWORD)).toMatchObject(wrongKind)
    expect((await login(world, person)).status).toBe(401)
    const asked = await login(world, person, NEW_PASSWORD)
    expect(asked.body.data, 'it takes the place of no second factor').toMatchObject({ mfaRequired: true })
    const events = await trail(world, person.orgId, 'auth.password_reset%')
    expect(events.map(({ action, user_id }) => [action, user_id])).toEqual([
      ['auth.password_reset_requested', null],
      ['auth.password_reset', person.id],
    ])
    const told = (await lettersTo(person.email)).at(-1)
    expect(told).toMatchObject({ headers: { subject: 'How you sign in has changed' } })
  })

  test('of 20 at once with one link, one succeeds', async () => {
    const person = await member()
    const token = await mailedToken(person.email)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => reset(token, `${NEW_PASSWORD} no ${i}`)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('a newer link voids the older, and so does changing the password', async () => {
    const person = await member()
    const [older, newer] = [await mailedToken(person.email), await mailedToken(person.email)]
    expect(newer).not.toBe(older)
    expect(await reset(older)).toMatchObject(wrongKind)
    expect((await change(person, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(200)
    expect(await reset(newer)).toMatchObject(wrongKind)
  })

  test('a link is good for an hour, for nobody who was suspended meanwhile, and keeps to the rules', async () => {
    const [late, suspended, weak] = [await member(), await member(), await member()]
    const tokens = [await mailedToken(late.email), await mailedToken(suspended.email), await mailedToken(weak.email)]
    expect(await reset(tokens[2] ?? '', 'only fourteen!')).toMatchObject({ status: 400 })
    expect((await reset(tokens[2] ?? '')).status).toBe(200)
    await world.admin.query(`update users set status = 'suspended' where id = $1`, [suspended.id])
    expect(await reset(tokens[1] ?? '')).toMatchObject(wrongKind)
    world.travel(3_600_000)
    expect(await reset(tokens[0] ?? '')).toMatchObject(wrongKind)
  })

  test('what is no link of ours is refused alike; its token is stored as a hash and mailed sealed', async () => {
    const person = await member()
    const token = await mailedToken(person.email)
    expect(await reset(`rst_${'A'.repeat(43)}`)).toMatchObject(wrongKind)
    expect(await reset(token.replace('rst_', 'inv_'))).toMatchObject(wrongKind)
    const { rows } = await world.admin.query(
      `select string_agg(r::text, '') || coalesce((select string_agg(m::text, '') from mail_outbox m), '') as all from password_resets r`,
    )
    expect(rows[0].all).not.toContain(token.slice(4))
  })

  test('of one account it can be asked for three times an hour, known or not', async () => {
    const person = await member()
    for (const email of [person.email, 'nobody.here@example.com']) {
      const answers: number[] = []
      for (let i = 0; i < 4; i++) answers.push((await forgot(email, `203.0.113.${i}`)).status)
      expect(answers).toEqual([200, 200, 200, 429])
    }
  })
})
