import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { OpenHouse } from './house.ts'
import { startClock } from './jobs/clock.ts'
import { jobs } from './jobs/jobs.ts'
import { tickOf } from './jobs/tick.ts'
import { bootstrap } from './services/auth.service.ts'

const DRAIN_MS = 25_000
/** From the first unready answer until nothing new is taken: what sends requests here is to notice before they fail. */
const NOTICE_MS = 3000

export const say = (message: string): void => void process.stderr.write(`${message}\n`)

/** Listens, and stops in order: no new calls and jobs, those under way, then what they stand on. The house is closed with it. */
export async function serve(config: Config, house: OpenHouse): Promise<void> {
  await open(config, house).catch(async (error: unknown) => {
    await house.close()
    throw error
  })
}

async function open(config: Config, house: OpenHouse): Promise<void> {
  const hint = await bootstrap(house, config)
  const app = await createApp(house)
  await app.listen({ host: config.HOST, port: config.PORT })
  const clock = startClock(jobs, { tickOf: () => tickOf(house, app.log), log: app.log })
  closeWithGrace({ delay: DRAIN_MS, logger: app.log }, async ({ signal }) => {
    app.announceClosing()
    const clockStopped = clock.stop()
    if (signal === 'SIGTERM') await sleep(NOTICE_MS)
    await app.close()
    await clockStopped
    await house.close()
  })
  void house.failed.then((reason) => {
    say(reason)
    process.exit(1)
  })
  say(`Castellan is ready at ${config.PUBLIC_URL}`)
  if (hint !== null) say(hint)
}
