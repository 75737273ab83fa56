import type { Credentials } from '../../credentials/credentials.ts'
import type { Tenancy } from '../../database/tenancy.ts'
import { listGenerations } from '../../queries/key-generations.ts'

/** A key that is dropped in an emergency counts nowhere two seconds later. */
const EVERY_MS = 500

interface Watched {
  readonly identity: Tenancy
  readonly credentials: Pick<Credentials, 'adopt'>
  readonly clock: () => Date
}

/** Reads which keys are in use, now and from then on. While the database does not answer, they stay as they are. */
export async function watchKeys({ identity, credentials, clock }: Watched): Promise<{ stop(): void }> {
  async function look(): Promise<void> {
    const generations = await identity.run(listGenerations())
    const of = (purpose: string) => generations.filter((one) => one.purpose === purpose)
    credentials.adopt({ signing: of('signing'), sealing: of('sealing') }, clock())
  }
  await look()
  let timer = setTimeout(again, EVERY_MS).unref()
  let stopped = false
  async function again(): Promise<void> {
    await look().catch(() => undefined)
    if (!stopped) timer = setTimeout(again, EVERY_MS).unref()
  }
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
