import closeWithGrace from 'close-with-grace'
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import type { Config } from './config.ts'
import { MasterKeyError } from './credentials/master-key.ts'
import { EmbeddedPostgresError } from './database/embedded/embedded-postgres-error.ts'
import { MigrationError } from './database/migrate.ts'
import { DatabaseNotReadyError } from './database/open-database.ts'
import { RolesMissingError } from './database/roles.ts'
import { openHouse } from './house.ts'
import { bootstrap } from './services/auth.service.ts'

const DRAIN_MS = 25_000

/** What the operator can mend: told in its own words, without a stack. */
const told = [
  ConfigError,
  MasterKeyError,
  EmbeddedPostgresError,
  MigrationError,
  DatabaseNotReadyError,
  RolesMissingError,
]

const say = (message: string): void => void process.stderr.write(`${message}\n`)

async function serve(config: Config): Promise<void> {
  const house = await openHouse(config, say)
  const app = await createApp(house)
  const stop = async (): Promise<void> => {
    await app.close()
    await house.close()
  }
  closeWithGrace({ delay: DRAIN_MS, logger: app.log }, stop)
  void house.failed.then((reason) => {
    say(reason)
    process.exit(1)
  })
  const hint = await bootstrap(house, config)
  await app.listen({ host: config.HOST, port: config.PORT })
  say(`Castellan is ready at ${config.PUBLIC_URL}`)
  if (hint) say(hint)
}

try {
  await serve(readConfig())
} catch (error) {
  if (!told.some((kind) => error instanceof kind)) throw error
  say((error as Error).message)
  process.exit(1)
}
