import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from './database.ts'
import { SUPERUSER } from './new-cluster.ts'
import { PORT } from './settings.ts'

/** Where the embedded server of another process listens, if there is one; for a look beside it. */
export async function findBeside(dataDir: string, password: string): Promise<Connection | null> {
  const host = await realpath(join(dataDir, 'postgres', 'socket')).catch(() => null)
  return host === null ? null : { host, port: PORT, user: SUPERUSER, password, database: 'castellan' }
}
