import { expect, test } from 'vitest'
import { serverPids } from './processes.ts'
import { startedOwner, startOwner } from './owner-process.ts'
import { scratchDirectory } from './scratch.ts'
import { query, recall, remember, start } from './server.ts'

test('a second start on a directory in use is refused at once, naming the owner, and does not disturb it', async () => {
  const dataDir = await scratchDirectory()
  const owner = await startedOwner(dataDir)
  await remember(owner.connection, 'undisturbed')
  const pids = serverPids(dataDir)

  const before = performance.now()
  await expect(start(dataDir)).rejects.toThrow(`another Castellan (pid ${owner.pid}) already uses ${dataDir}`)
  expect(performance.now() - before).toBeLessThan(1_500)
  expect(serverPids(dataDir)).toEqual(expect.arrayContaining(pids.slice(0, 1)))
  expect(await recall(owner.connection)).toEqual([['undisturbed']])
})

test('a second start in the same process is refused, and the first keeps its lock', async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)
  await expect(start(dataDir)).rejects.toThrow(`another Castellan (pid ${process.pid}) already uses`)
  await expect(start(dataDir)).rejects.toThrow(`another Castellan (pid ${process.pid}) already uses`)
  expect(await startOwner(dataDir).says()).toMatchObject({ refused: expect.stringContaining('another Castellan') })
  expect(await query(server.connection, 'select 1')).toEqual([[1]])
})

test('of first starts at once on an empty directory exactly one wins, and the directory is good afterwards', async () => {
  const dataDir = await scratchDirectory()
  const owners = [startOwner(dataDir), startOwner(dataDir), startOwner(dataDir)]
  const answers = await Promise.all(owners.map((owner) => owner.says()))

  const winners = answers.flatMap(({ connection }) => connection ?? [])
  expect(winners.length).toBe(1)
  expect(answers.filter(({ refused }) => refused?.includes('another Castellan'))).toHaveLength(2)
  for (const connection of winners) await remember(connection, 'whole')

  await Promise.all(owners.map((owner) => owner.kill()))
  const { connection } = await start(dataDir)
  expect(await recall(connection)).toEqual([['whole']])
})
