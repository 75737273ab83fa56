import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** Refuses a data directory that this PostgreSQL, under this account, could not open. */
export async function checkCluster(data: string, major: string, account: Account): Promise<void> {
  const { uid } = await stat(data)
  const ours = account?.uid ?? process.getuid?.()
  if (uid !== ours) {
    throw new EmbeddedPostgresError(
      `${data} belongs to uid ${uid}, but PostgreSQL would run as uid ${ours}; start Castellan as the user that made it, or chown -R it`,
    )
  }
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  if (made === major) return
  throw new EmbeddedPostgresError(
    `${data} was made by PostgreSQL ${made} and the embedded server is PostgreSQL ${major}; ` +
      'move the data with the release of Castellan that made it, or set DATABASE_URL',
  )
}
