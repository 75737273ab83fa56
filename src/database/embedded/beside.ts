import { realpath } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Connection } from './database.ts'
import { SUPERUSER } from './new-cluster.ts'
import { PORT } from './settings.ts'

/** Where the embedded server of another process listens, if there is one; for a look beside it. */
export async function findBeside(dataDir: string, password: string): Promise<Connection | null> {
  const host = await realpath(join(dataDir, 'postgres', 'socket')).catch(() => null)
  return host === null ? null : { host, port: PORT, user: SUPERUSER, password, database: 'castellan' }
}

/** Whether somebody is there: a server that was killed leaves its socket behind. */
export function listens({ host }: Pick<Connection, 'host'>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(join(host, `.s.PGSQL.${PORT}`))
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
