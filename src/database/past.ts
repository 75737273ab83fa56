import pg from 'pg'
import { OWNER } from './roles.ts'
import type { Connection } from './pool.ts'

/** Of 0008: looks for the event of a change among those of today. */
const NOTICES_UNTOLD = 'audit_what_nobody_told'
const MONTH_AFTER = (month: Date): Date => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1))

/**
 * Lets work write what happened since then: the trail has months for it, and what looks for today's events sleeps, as none will be of
 * today. For a database that serves nobody yet; it needs a login that can become the owner.
 */
export async function withPastOpen<T>(connection: Connection, since: Date, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connection, options: '-c search_path=castellan,pg_catalog' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`set role ${OWNER}`)
    for (let month = since; month < new Date(); month = MONTH_AFTER(month)) {
      await client.query('select ensure_audit_partition($1::date)', [month.toISOString()])
    }
    await setNoticing(client, 'disable')
    return await work().finally(() => setNoticing(client, 'enable'))
  } finally {
    await client.end()
  }
}

async function setNoticing(client: pg.Client, how: 'enable' | 'disable'): Promise<void> {
  const { rows } = await client.query<{ on: string; name: string }>(
    `select tgrelid::regclass::text as on, quote_ident(tgname) as name
       from pg_trigger t join pg_proc p on p.oid = t.tgfoid where p.proname = $1 and t.tgparentid = 0`,
    [NOTICES_UNTOLD],
  )
  for (const { on, name } of rows) await client.query(`alter table ${on} ${how} trigger ${name}`)
}
