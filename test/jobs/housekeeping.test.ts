import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openNode } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let other: Node
let person: Person
beforeAll(async () => {
  world = await createWorld()
  other = await openNode(world)
  person = await world.member(await world.customer(), 'basic_user')
})
afterAll(async () => {
  await other.close()
  await world.close()
})

describe('forget-old-keys', () => {
  const insert = (text: string, ...values: unknown[]) => world.admin.query(text, [person.orgId, person.id, ...values])
  /** `age` as a PostgreSQL interval; for what ends, since its end. */
  const make: Record<string, (age: string) => Promise<unknown>> = {
    idempotency_keys: (age) =>
      insert(
        `insert into idempotency_keys (org_id, user_id, key, request_hash, created_at) values ($1, $2, $3, '\\x01', now() - $4::interval)`,
        uuidv7(),
        age,
      ),
    auth_challenges: (age) =>
      insert(
        `insert into auth_challenges (org_id, id, user_id, purpose, token_hash, created_at, expires_at)
         values ($1, $3, $2, 'mfa', '\\x01', now(), now() - $4::interval)`,
        uuidv7(),
        age,
      ),
    invitations: (age) =>
      insert(
        `insert into invitations (org_id, id, user_id, token_hash, created_at, expires_at)
         values ($1, $3, $2, '\\x01', now(), now() - $4::interval)`,
        uuidv7(),
        age,
      ),
    mail_outbox: (age) =>
      insert(
        `insert into mail_outbox (org_id, id, letter_id, to_address, subject, created_at, sent_at)
         values ($1, $3, $2, 'a@b.example', 'Subject', now() - $4::interval, now())`,
        uuidv7(),
        age,
      ),
  }

  test.each([
    ['idempotency_keys', '23 hours 59 minutes', '24 hours 1 minute'],
    ['auth_challenges', '23 hours 59 minutes', '24 hours 1 minute'],
    ['invitations', '29 days', '31 days'],
    ['mail_outbox', '29 days', '31 days'],
  ])('%s: what is as old as %s stays, as old as %s goes', async (table, young, old) => {
    await world.admin.query(`delete from ${table}`)
    for (const age of [young, old, old]) await make[table]?.(age)
    await Promise.all([world.runJob('forget-old-keys'), other.runJob('forget-old-keys')])
    expect((await world.admin.query(`select 1 from ${table}`)).rowCount).toBe(1)
  })

  test('a mail that is still to be sent stays, however old', async () => {
    await world.admin.query('delete from mail_outbox')
    await insert(
      `insert into mail_outbox (org_id, id, letter_id, to_address, subject, text_sealed, created_at, next_attempt_at)
       values ($1, $2, $2, 'a@b.example', 'Subject', 'sealed', now() - interval '90 days', now())`,
    )
    await world.runJob('forget-old-keys')
    expect((await world.admin.query('select 1 from mail_outbox')).rowCount).toBe(1)
  })
})

describe('keep-audit-partitions', () => {
  const months = async (): Promise<string[]> =>
    (
      await world.admin.query<{ name: string }>(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1`,
      )
    ).rows.map(({ name }) => name)

  test('makes the months ahead that are missing, once, on two nodes at once', async () => {
    const all = await months()
    const missing = all.slice(-3)
    for (const month of missing) await world.admin.query(`drop table ${month}`)
    expect(await months()).toHaveLength(all.length - 3)
    const nodes = [world, other, world, other]
    await Promise.all(nodes.map((node) => node.runJob('keep-audit-partitions')))
    await world.runJob('keep-audit-partitions')
    expect(await months()).toEqual(all)
  })
})
