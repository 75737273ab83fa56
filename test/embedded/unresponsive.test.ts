import { expect, test } from 'vitest'
import { orphan, startedOwner } from './owner-process.ts'
import { serverPids, signalAll } from './processes.ts'
import { scratchDirectory } from './scratch.ts'
import { recall, remember, start } from './server.ts'

test(
  'an orphan that does not answer is ended by force within 20 s, and loses nothing',
  { timeout: 40_000 },
  async () => {
    const dataDir = await scratchDirectory()
    const owner = await startedOwner(dataDir)
    await remember(owner.connection, 'acknowledged')
    await orphan(owner, dataDir)
    signalAll('SIGSTOP', serverPids(dataDir))

    const before = performance.now()
    const { connection } = await start(dataDir)
    expect(performance.now() - before).toBeLessThan(20_000)
    expect(await recall(connection)).toEqual([['acknowledged']])
  },
)
