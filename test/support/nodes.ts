import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { House } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Log } from '../../src/context.ts'
import { openHouse } from '../../src/house.ts'
import type { JobName } from '../../src/jobs/jobs.ts'
import { MASTER_KEY } from './database-server.ts'
import { runJob } from './world.ts'
import type { World } from './world.ts'

/** Another node on a world's database, with a clock of its own. It answers no calls: it runs jobs. */
export interface Node {
  house: House
  runJob(name: JobName): Promise<void>
  travel(milliseconds: number): void
  close(): Promise<void>
}

export const silent: Log = { debug: () => undefined, warn: () => undefined, error: () => undefined }

export async function openNode(world: World, environment: Record<string, string> = {}): Promise<Node> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-node-'))
  const config = readConfig({ DATABASE_URL: world.databaseUrl, DATA_DIR: dataDir, MASTER_KEY, ...environment })
  const opened = await openHouse(config, () => undefined)
  let ahead = 0
  const house = { ...opened, clock: () => new Date(world.house.clock().getTime() + ahead) }
  return {
    house,
    runJob: (name) => runJob(house, silent, name),
    travel: (milliseconds) => void (ahead += milliseconds),
    close: async () => {
      await opened.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
