// A process that owns an embedded PostgreSQL, for tests that kill it. Usage: owner.ts DATA_DIR PASSWORD
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts'

const [dataDir = '', password = ''] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

process.on('SIGINT', () => say({ interrupted: true }))
try {
  const { connection } = await startEmbeddedPostgres({ dataDir, password })
  say({ connection })
} catch (error) {
  say({ refused: error instanceof Error ? error.message : error })
}
