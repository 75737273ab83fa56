import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { attempt, FORBIDDEN } from '../support/probes.ts'
import { ids } from '../support/walled-database.ts'
import type { Role, Session } from '../support/walled-database.ts'

const { acme, ada, technician, staff } = ids
const clones = useClones()
let session: Session
let secrets: { table: string; column: string }[]

beforeAll(async () => {
  const opened = await clones.open()
  session = opened.session
  const { rows } = await opened.clone.admin.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'castellan' and column_name ~ '(hash|salt|sealed|secret|key_check)'
      order by 1, 2`,
  )
  secrets = rows
})

test('what is secret is found by its name', () => {
  expect(secrets.map(({ table, column }) => `${table}.${column}`)).toEqual(
    expect.arrayContaining([
      'auth_challenges.token_hash',
      'idempotency_keys.answer_sealed',
      'installation.key_check',
      'invitations.token_hash',
      'mail_outbox.text_sealed',
      'recovery_codes.code_hash',
      'totp_factors.secret_sealed',
      'user_sessions.refresh_salt',
      'users.password_hash',
    ]),
  )
})

const callers: [Role, { orgId?: string; userId: string }][] = [
  ['member', { orgId: acme, userId: ada }],
  ['technician', { orgId: acme, userId: technician }],
  ['staff', { userId: staff }],
]

describe.each(callers)('%s', (role, context) => {
  const asked = (text: string) => session.as(role, context, (client) => attempt(client, text))

  test('reads no hash, salt or sealed secret, not even their own', async () => {
    for (const { table, column } of secrets) {
      // Whether a request was the same is not secret, but nothing of it is theirs to read.
      expect(await asked(`select ${column} from ${table} limit 1`), `${table}.${column}`).toBe(FORBIDDEN)
    }
  })

  test('cannot ask for all columns of a table that has some', async () => {
    for (const table of new Set(secrets.map((one) => one.table))) {
      expect(await asked(`select * from ${table} limit 1`), table).toBe(FORBIDDEN)
      expect(await asked(`select to_jsonb(t) from ${table} t limit 1`), table).toBe(FORBIDDEN)
    }
  })

  test('finds no secret out by comparing with it', async () => {
    for (const { table, column } of secrets) {
      expect(await asked(`select 1 from ${table} where ${column} is not null limit 1`), `${table}.${column}`).toBe(
        FORBIDDEN,
      )
      expect(await asked(`select 1 from ${table} order by ${column} limit 1`), `${table}.${column}`).toBe(FORBIDDEN)
    }
  })

  test('sets nobody’s password and no second factor', async () => {
    expect(await asked(`update users set password_hash = 'mine'`)).toBe(FORBIDDEN)
    expect(await asked(`update users set mfa_enabled = false`)).toBe(FORBIDDEN)
    expect(await asked(`update user_sessions set expires_at = now() + interval '1 year'`)).toBe(FORBIDDEN)
    expect(await asked(`update user_sessions set mfa_at = now()`)).toBe(FORBIDDEN)
  })
})

test('signing in reads them, and what leaves by mail the clock: the probe can succeed', async () => {
  for (const { table, column } of secrets) {
    const outcome = await session.as(table === 'mail_outbox' ? 'clock' : 'identity', {}, (client) =>
      attempt(client, `select count(${column}) as found from ${table}`),
    )
    expect(outcome, `${table}.${column}`).not.toBe(FORBIDDEN)
  }
})

test('a customer’s members read neither the addresses nor the notes of a grant, now or in its history', async () => {
  for (const table of ['technician_customer_access', 'technician_customer_access_history']) {
    for (const column of ['ip_restrictions', 'notes']) {
      const read = (role: Role, context: object) =>
        session.as(role, context, (client) => attempt(client, `select ${column} from ${table} limit 1`))
      expect(await read('member', { orgId: acme, userId: ada }), `${table}.${column}`).toBe(FORBIDDEN)
      expect(await read('staff', { userId: staff }), `${table}.${column}`).toBe(1)
    }
  }
})
