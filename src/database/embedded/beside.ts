import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Connection } from './database.ts'
import { SUPERUSER } from './new-cluster.ts'
import { PORT } from './settings.ts'

/** Where the embedded server of another process listens, if there is one; for a look beside it. */
export async function findBeside(dataDir: string, password: string): Promise<Connection | null> {
  const host = await realpath(join(dataDir, 'postgres', 'socket')).catch(() => null)
  return host === null ? null : { host, port: PORT, user: SUPERUSER, password, database: 'castellan' }
}

/** Whether it takes us in: a server that was killed leaves its socket behind, one that stops takes in nobody. */
export async function answers(connection: Connection): Promise<boolean> {
  const client = new Client({ ...connection, ssl: false, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  )
}
