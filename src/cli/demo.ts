import { createServer } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { readConfig, readConfigWith } from '../config.ts'
import type { Config } from '../config.ts'
import { withPastOpen } from '../database/past.ts'
import { daysAfter } from '../demo/calendar.ts'
import { playHistory } from '../demo/history.ts'
import type { Account } from '../demo/provider.ts'
import { openGround, openHouseOn } from '../house.ts'
import type { OpenHouse } from '../house.ts'
import { say, serve } from '../serve.ts'
import { bootstrapState } from '../services/auth.service.ts'
import { codesOf, tableOf } from './demo-accounts.ts'
import { OperatorError } from './operator-error.ts'

interface Options {
  readonly dataDir?: string
  readonly seed: string
  readonly serve: boolean
  readonly json?: boolean
}

const DAYS = 90
/** More than the months of the play need. */
const SINCE_DAYS = DAYS + 30

export const demoCommand = new Command('demo')
  .description('start with an example provider: 40 customers, 15 technicians, 300 users, 90 days of history')
  .option('--data-dir <directory>', 'where its database is made (default: demo in DATA_DIR)')
  .option('--seed <text>', 'another one makes another history', 'castellan')
  .option('--no-serve', 'make it, and do not start the server')
  .option('--json', 'print who can sign in as one JSON object')
  .addHelpText(
    'after',
    `
It makes a database of its own, and touches no other: it is refused where DATABASE_URL is set or a provider is there already. No mail
leaves. All people and customers are invented; do not put it where strangers can reach it, as its password is known.`,
  )
  .action(async (options: Options) => {
    const config = configOf(options)
    if (options.serve) await checkMayListen(config)
    const begun = performance.now()
    const { house, accounts } = await make(config, options)
    await writeFile(join(config.DATA_DIR, 'demo-accounts.json'), `${JSON.stringify(accounts, null, 2)}\n`, {
      mode: 0o600,
    })
    say(`Made in ${Math.round((performance.now() - begun) / 1000)} s.`)
    if (options.serve) await serve(config, house)
    else await house.close()
    print(accounts, options)
  })

function configOf({ dataDir }: Options): Config {
  const asked = readConfig()
  if (asked.DATABASE_URL !== undefined) {
    throw new OperatorError('the demonstration makes a database of its own: unset DATABASE_URL')
  }
  return readConfigWith(
    { LOG_LEVEL: 'warn' },
    {
      DATA_DIR: dataDir ?? join(asked.DATA_DIR, 'demo'),
      DATABASE_POOL_SIZE: '10',
      MASTER_KEY: undefined,
      REDIS_URL: undefined,
      SMTP_URL: undefined,
      BOOTSTRAP_ADMIN_EMAIL: undefined,
      BOOTSTRAP_ADMIN_PASSWORD: undefined,
      REQUIRE_MFA: undefined,
    },
  )
}

/** Sooner said than after all has been made. */
async function checkMayListen({ HOST: host, PORT: port }: Config): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen({ host, port }, () => probe.close(() => resolve()))
  })
}

async function make(config: Config, { seed }: Options): Promise<{ house: OpenHouse; accounts: Account[] }> {
  say(`Making the demonstration in ${config.DATA_DIR}`)
  // What is lost by a power cut is made again.
  const ground = await openGround(config, () => undefined, { synchronous_commit: 'off' })
  const house = await openHouseOn(ground, config)
  try {
    await checkIsEmpty(house, config)
    const end = new Date()
    const plot = { seed, end, days: DAYS, report: (step: string) => say(`  ${step}`) }
    const play = (): Promise<Account[]> => playHistory(house, plot)
    const accounts = await withPastOpen(ground.preparation.connection, daysAfter(end, -SINCE_DAYS), play)
    return { house, accounts }
  } catch (error) {
    await house.close()
    throw error
  }
}

async function checkIsEmpty(house: OpenHouse, { DATA_DIR: place }: Config): Promise<void> {
  const { required } = await bootstrapState(house)
  if (required) return
  throw new OperatorError(
    `${place} already holds a provider: serve it with DATA_DIR=${place} npm start, or remove ${place} to make the demonstration anew`,
  )
}

function print(accounts: readonly Account[], { json, serve: serves }: Options): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ accounts })}\n`)
  process.stdout.write(tableOf(accounts, new Date()))
  if (!serves || !process.stdin.isTTY) return
  process.stdout.write('\nPress Enter for the codes of the moment, Ctrl-C to stop.\n')
  process.stdin.on('data', () => process.stdout.write(codesOf(accounts, new Date()))).unref()
}
