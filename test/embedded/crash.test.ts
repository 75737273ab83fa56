import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { clusterName } from '../../src/database/embedded/cluster-processes.ts'
import { orphan, startedOwner, startOwner } from './owner-process.ts'
import { dataOf, guardPids, ownerUid, postmasterPid, serverPids, signalAll, until } from './processes.ts'
import { scratchDirectory } from './scratch.ts'
import { query, recall, remember, start } from './server.ts'

test('kill -9 of the owner: PostgreSQL is gone within seconds, and what was acknowledged is there at the next start', async () => {
  const dataDir = await scratchDirectory()
  const owner = await startedOwner(dataDir)
  await remember(owner.connection, 'acknowledged')

  await owner.kill()
  await until(() => serverPids(dataDir).length + guardPids(dataDir).length === 0, 6_000)
  expect(readFileSync(join(dataDir, 'postgres', 'postgres.log'), 'utf8')).toContain('fast shutdown')

  const { connection } = await start(dataDir)
  expect(await recall(connection)).toEqual([['acknowledged']])
})

test('kill -9 of the owner, and a start in the same moment: it waits for the shutdown and says so', async () => {
  const dataDir = await scratchDirectory()
  const owner = await startedOwner(dataDir)
  await remember(owner.connection, 'acknowledged')
  // Work in hand makes the shutdown take a while.
  const busy = new Client({ ...owner.connection })
  busy.on('error', () => {})
  await busy.connect()
  busy.query('create table ballast as select repeat(n::text, 100) from generate_series(1, 3000000) n').catch(() => {})
  await sleep(300)

  await owner.kill()
  const said: string[] = []
  const { connection } = await start(dataDir, { report: (message) => said.push(message) })
  expect(said).toEqual([expect.stringContaining('still running for a Castellan that died')])
  expect(await recall(connection)).toEqual([['acknowledged']])
})

test('kill -9 of the owner and of the guard: the next start ends the orphan and takes over', async () => {
  const dataDir = await scratchDirectory()
  const owner = await startedOwner(dataDir)
  await remember(owner.connection, 'acknowledged')

  await orphan(owner, dataDir)
  const left = postmasterPid(dataDir)
  await sleep(500)
  expect(serverPids(dataDir)).toContain(left)

  const { connection } = await start(dataDir)
  expect(postmasterPid(dataDir)).not.toBe(left)
  expect(await recall(connection)).toEqual([['acknowledged']])
})

test('a guard whose owner has just died is waited for: it may be about to start PostgreSQL', async () => {
  const dataDir = await scratchDirectory()
  await (await start(dataDir)).stop()
  const words = ['castellan-postgres-guard', 'postgres', '-c', `cluster_name=${clusterName(dataOf(dataDir))}`]
  const guard = spawn('/bin/sh', ['-c', 'sleep 1; :', ...words], { stdio: 'ignore' })
  await once(guard, 'spawn')

  await start(dataDir)
  expect(guard.exitCode).toBe(0)
})

test('kill -9 of every process of PostgreSQL: the owner is told, and a restart recovers', async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)
  await remember(server.connection, 'acknowledged')

  signalAll('SIGKILL', serverPids(dataDir))
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' })
  const { connection } = await start(dataDir)
  expect(await recall(connection)).toEqual([['acknowledged']])
})

test('kill -9 of the postmaster alone: the owner is told when its children are gone too', async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)
  await remember(server.connection, 'acknowledged')

  process.kill(postmasterPid(dataDir), 'SIGKILL')
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' })
  expect(serverPids(dataDir)).toEqual([])
  const { connection } = await start(dataDir)
  expect(await recall(connection)).toEqual([['acknowledged']])
})

test('kill -9 of the guard: PostgreSQL does not go on without one', async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)

  signalAll('SIGKILL', guardPids(dataDir))
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' })
  expect(serverPids(dataDir)).toEqual([])
})

test('kill -9 during the very first start leaves a directory that the next start can use', async () => {
  const dataDir = await scratchDirectory()
  for (const stage of ['new-pgsql-', 'new-cluster-', 'socket']) {
    const owner = startOwner(dataDir)
    const home = join(dataDir, 'postgres')
    await until(() => existsSync(home) && readdirSync(home).some((name) => name.startsWith(stage)))
    await owner.kill()
  }

  const { connection } = await start(dataDir)
  expect(await query(connection, 'select current_database()')).toEqual([['castellan']])
  expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('new-'))).toEqual([])
})

test('Ctrl-C and a service manager that signals everyone do not end PostgreSQL before its owner does', async () => {
  const dataDir = await scratchDirectory()
  const owner = await startedOwner(dataDir)

  process.kill(-owner.pid, 'SIGINT')
  expect(await owner.says()).toEqual({ interrupted: true })
  signalAll('SIGTERM', guardPids(dataDir))
  await sleep(1_500)
  expect(await query(owner.connection, 'select 1')).toEqual([[1]])
  expect(guardPids(dataDir)).toHaveLength(2)
})

test("a postmaster.pid that names someone else's process does not block the start, and that process lives on", async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)
  const uid = ownerUid(postmasterPid(dataDir))
  await server.stop()
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', uid })
  await once(stranger, 'spawn')
  onTestFinished(() => void stranger.kill())
  const data = dataOf(dataDir)
  writeFileSync(join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1700000000\n5432\n\n\n\n`)

  await start(dataDir)
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})
