import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Customer, Person } from '../support/factories.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import { openMailServer } from '../support/mail-server.ts'
import type { MailServer, ReceivedMail } from '../support/mail-server.ts'
import { openNode } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import { makeDataDir, startServer } from '../support/server-process.ts'
import { createWorld, runJob } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const MINUTE = 60_000
const PUBLIC_URL = 'https://castellan.example'

let mail: MailServer
let world: World
let acme: Customer
let admin: Person
beforeAll(async () => {
  mail = await openMailServer()
  world = await createWorld({ SMTP_URL: mail.url, PUBLIC_URL, MAIL_FROM: 'soc@provider.example' })
  acme = await world.customer({ name: 'Acme & Söhne' })
  admin = await world.member(acme, 'admin')
})
afterAll(async () => {
  await world.close()
  await mail.down()
})
beforeEach(async () => {
  mail.received.splice(0)
  await world.admin.query('delete from mail_outbox')
})

let invited = 0
const invitation = () => ({
  email: `invited.${++invited}@example.com`,
  firstName: 'Ada',
  lastName: 'Lovelace',
  role: 'basic_user',
})

async function invite(): Promise<{ email: string; answer: Answer }> {
  const body = invitation()
  const answer = await world.as(admin).post('/api/users', body)
  expect(answer.status).toBe(201)
  return { email: body.email, answer }
}

const tokenIn = ({ text }: ReceivedMail): string =>
  /https:\/\/castellan\.example\/invitations\/(inv_[\w-]{43})\r\n/.exec(text)?.[1] ?? ''

const outbox = async () =>
  (
    await world.admin.query<{
      to_address: string
      text_sealed: string | null
      attempts: number
      sent_at: Date | null
      next_attempt_at: Date | null
      last_error: string | null
    }>('select * from mail_outbox order by created_at, id')
  ).rows

describe('an invitation', () => {
  test('arrives with a link that opens the account, and the answer to the inviter has none', async () => {
    const { email, answer } = await invite()
    expect(answer.body.data).toMatchObject({ email, status: 'invited' })
    expect(JSON.stringify(answer.body)).not.toMatch(/invitationUrl|inv_/)
    await world.runJob('send-mail')
    const [letter, ...more] = mail.received as [ReceivedMail]
    expect(more).toEqual([])
    expect(letter.to).toBe(email)
    expect(letter.headers).toMatchObject({
      from: 'Castellan <soc@provider.example>',
      'auto-submitted': 'auto-generated',
      'message-id': expect.stringMatching(/^<[0-9a-f-]{36}@provider\.example>$/),
    })
    expect(letter.text).toContain('You are invited to join Acme & Söhne on Castellan as basic user.')
    const token = tokenIn(letter)
    const password = 'a long enough passphrase'
    expect((await world.nobody.post(`/api/auth/invitations/${token}/accept`, { password })).status).toBe(200)
    expect((await world.nobody.post('/api/auth/login', { email, password })).status).toBe(200)
  })

  test('of the first admin of a new customer leaves by mail as well', async () => {
    const manager = await world.staff('account_manager')
    const answer = await world.as(manager).post('/api/organizations', { name: 'New', adminEmail: 'first@new.example' })
    expect(answer).toMatchObject({ status: 201, body: { data: { name: 'New' } } })
    expect(answer.body.data).not.toHaveProperty('invitationUrl')
    await world.runJob('send-mail')
    expect(mail.received).toMatchObject([{ to: 'first@new.example', text: expect.stringContaining('as admin.') }])
    expect((await world.nobody.get(`/api/auth/invitations/${tokenIn(mail.received[0] as ReceivedMail)}`)).status).toBe(
      200,
    )
  })

  test('that was refused sends nothing', async () => {
    const { email } = await invite()
    await world.admin.query('delete from mail_outbox')
    expect((await world.as(admin).post('/api/users', { ...invitation(), email })).status).toBe(409)
    expect(await outbox()).toEqual([])
  })

  test('waits with its link sealed, and leaves no text behind once it has gone', async () => {
    await invite()
    const { rows } = await world.admin.query(`select m::text as row from mail_outbox m`)
    expect(rows).toHaveLength(1)
    await world.runJob('send-mail')
    const token = tokenIn(mail.received[0] as ReceivedMail)
    expect(token).not.toBe('')
    expect(rows[0].row).not.toContain(token)
    expect(rows[0].row).not.toContain(Buffer.from(token).toString('hex'))
    expect(await outbox()).toMatchObject([{ text_sealed: null, sent_at: expect.any(Date), next_attempt_at: null }])
  })

  test('names what a person has named without letting it become markup, a header or another line', async () => {
    const odd = await world.customer({ name: '<b>Evil</b> =?utf-8?Q?x?= "q", <x@y.example>' })
    await world.as(await world.member(odd, 'admin')).post('/api/users', invitation())
    await world.runJob('send-mail')
    const [{ headers, to, text }] = mail.received as [ReceivedMail]
    expect(Object.keys(headers)).not.toContain('bcc')
    expect(headers['to']).toBe(to)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text).toContain('join <b>Evil</b> =?utf-8?Q?x?= "q", <x@y.example> on Castellan')
  })
})

describe('a mail server that is down', () => {
  let later: Node
  beforeEach(async () => {
    later = await openNode(world, { SMTP_URL: mail.url })
  })
  afterEach(() => later.close())

  test('delays a mail and neither loses nor doubles it', async () => {
    await mail.down()
    const { email, answer } = await invite()
    expect(answer.status).toBe(201)
    await later.runJob('send-mail')
    expect(await outbox()).toMatchObject([
      { attempts: 1, sent_at: null, last_error: expect.stringContaining('ECONNREFUSED') },
    ])
    await mail.up()
    await later.runJob('send-mail')
    expect(mail.received).toEqual([])
    later.travel(MINUTE)
    await later.runJob('send-mail')
    await later.runJob('send-mail')
    expect(mail.received.map(({ to }) => to)).toEqual([email])
    expect(await outbox()).toMatchObject([{ attempts: 2, sent_at: expect.any(Date), last_error: null }])
  })

  test('is asked more and more seldom, and after a day no more: the text is gone, the error stays', async () => {
    await mail.down()
    await invite()
    const attempts = async () => (await outbox())[0]?.attempts
    for (let minutes = 0; minutes < 60; minutes++) {
      await later.runJob('send-mail')
      later.travel(MINUTE)
    }
    expect(await attempts()).toBeLessThan(9)
    for (let hours = 0; hours < 26; hours++) {
      await later.runJob('send-mail')
      later.travel(60 * MINUTE)
    }
    const after = await attempts()
    await mail.up()
    later.travel(48 * 60 * MINUTE)
    await later.runJob('send-mail')
    expect(mail.received).toEqual([])
    expect(await outbox()).toMatchObject([
      { attempts: after, text_sealed: null, sent_at: null, next_attempt_at: null, last_error: expect.any(String) },
    ])
  })

  test('holds up no other mail than its own: one that is refused does not stop the rest', async () => {
    const first = await invite()
    await world.admin.query(`update mail_outbox set text_sealed = 'v1.1.broken'`)
    const second = await invite()
    await later.runJob('send-mail')
    expect(mail.received.map(({ to }) => to)).toEqual([second.email])
    expect(await outbox()).toMatchObject([
      { to_address: first.email, sent_at: null, last_error: expect.any(String) },
      { to_address: second.email, sent_at: expect.any(Date) },
    ])
  })
})

describe('several nodes', () => {
  test('send each mail once', async () => {
    const nodes = [world, await openNode(world, { SMTP_URL: mail.url }), await openNode(world, { SMTP_URL: mail.url })]
    const emails = []
    for (let i = 0; i < 45; i++) emails.push((await invite()).email)
    await Promise.all([...nodes, ...nodes].map((node) => node.runJob('send-mail')))
    expect(mail.received.map(({ to }) => to).sort()).toEqual(emails.sort())
    for (const node of nodes.slice(1)) await node.close()
  })

  test('one that is killed while it sends loses nothing: another sends it after two minutes', async () => {
    const dataDir = await makeDataDir()
    const server = startServer({
      DATABASE_URL: world.databaseUrl,
      DATA_DIR: dataDir.path,
      MASTER_KEY,
      PUBLIC_URL,
      SMTP_URL: mail.url,
    })
    const port = await server.listening
    mail.answers = false
    const body = invitation()
    const answer = await fetch(`http://127.0.0.1:${port}/api/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(201)
    await expect.poll(() => mail.received.length, { timeout: 20_000 }).toBe(1)
    server.process.kill('SIGKILL')
    await server.ended
    mail.answers = true
    mail.received.splice(0)

    await world.runJob('send-mail')
    expect(mail.received).toEqual([])
    const survivor = await openNode(world, { SMTP_URL: mail.url })
    survivor.travel(2 * MINUTE)
    await survivor.runJob('send-mail')
    await survivor.close()
    expect(mail.received.map(({ to }) => to)).toEqual([body.email])
    expect((await world.nobody.get(`/api/auth/invitations/${tokenIn(mail.received[0] as ReceivedMail)}`)).status).toBe(
      200,
    )
    await dataDir.remove()
  })
})

test('news of an emergency reaches everybody who is told, as one letter of the same text', async () => {
  const technician = await world.staff('technician')
  const superAdmin = await world.staff('super_admin')
  await world.as(superAdmin).post('/api/access-management/grant', {
    technicianId: technician.id,
    customerOrgId: acme.id,
    accessLevel: 'emergency',
    reason: 'Ransomware on the file server',
  })
  await world.runJob('send-mail')
  expect(mail.received.map(({ to }) => to).sort()).toEqual([admin.email, superAdmin.email].sort())
  const [one, other] = mail.received as [ReceivedMail, ReceivedMail]
  expect(one.text).toBe(other.text)
  expect(one.text).toContain('Reason: Ransomware on the file server')
  expect(one.text).toContain(`https://castellan.example/customers/${acme.id}`)
})

describe('without a mail server', () => {
  test('the answer carries the link, and the log tells at debug level what would have left, without the secret', async () => {
    const plain = await createWorld({ PUBLIC_URL })
    const customer = await plain.customer()
    const person = await plain.member(customer, 'admin')
    const { body } = await plain.as(person).post('/api/users', { ...invitation(), email: 'told@example.com' })
    const token = body.data.invitationUrl.split('/').at(-1)
    const lines: unknown[][] = []
    const debug = (...line: unknown[]) => void lines.push(line)
    await runJob(plain.house, { debug, warn: debug, error: debug }, 'send-mail')
    expect(lines).toMatchObject([[{ to: 'told@example.com', subject: expect.any(String) }, expect.any(String)]])
    expect(JSON.stringify(lines)).not.toContain(token)
    const { rows } = await plain.admin.query('select text_sealed from mail_outbox')
    expect(rows).toEqual([{ text_sealed: null }])
    await plain.close()
  })
})
