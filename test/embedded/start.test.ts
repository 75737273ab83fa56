import { chownSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findNativePackage } from '../../src/database/embedded/native-package.ts'
import { dataOf, environmentOf, guardPids, ownerUid, serverPids, tcpListeners } from './processes.ts'
import { isRoot, scratchDirectory } from './scratch.ts'
import { PASSWORD, query, recall, remember, start } from './server.ts'

test('the first start makes the database, and a restart keeps what was written', async () => {
  const dataDir = await scratchDirectory()
  const first = await start(dataDir)
  expect(first.connection).toMatchObject({ user: 'postgres', password: PASSWORD, database: 'castellan' })
  await remember(first.connection, 'kept')
  await first.stop()

  const second = await start(dataDir)
  expect(await recall(second.connection)).toEqual([['kept']])
})

test('the server is durable, checksummed, in UTF-8 and in UTC, whatever the machine is set to', async () => {
  const { connection } = await start(await scratchDirectory())
  const setting = async (name: string) => (await query(connection, `select current_setting('${name}')`))[0]?.[0]

  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
    expect(`${name} ${await setting(name)}`).toBe(`${name} on`)
  }
  expect(await setting('timezone')).toBe('UTC')
  expect(await setting('server_encoding')).toBe('UTF8')
  expect(await setting('max_connections')).toBe('60')
  expect(await query(connection, 'select datlocprovider, datlocale from pg_database')).toEqual(
    Array.from({ length: 4 }, () => ['b', 'C.UTF-8']),
  )
})

test('the server is not root, knows none of our secrets and takes connections on its private socket only', async () => {
  process.env['BOOTSTRAP_ADMIN_PASSWORD'] = 'a secret of the control plane'
  const dataDir = await scratchDirectory()
  const { connection } = await start(dataDir, { settings: { listen_addresses: '*' } })
  delete process.env['BOOTSTRAP_ADMIN_PASSWORD']

  const pids = [...serverPids(dataDir), ...guardPids(dataDir)]
  expect(pids.length).toBeGreaterThan(5)
  expect(pids.filter((pid) => ownerUid(pid) === 0)).toEqual([])
  expect(pids.filter((pid) => environmentOf(pid).includes('a secret'))).toEqual([])
  expect(tcpListeners(pids)).toEqual([])
  expect(statSync(connection.host).mode & 0o777).toBe(0o700)
  expect(statSync(dataOf(dataDir)).mode & 0o777).toBe(0o700)
})

test('the password is asked for on the socket, and a replaced one is explained', async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)
  await expect(query({ ...server.connection, password: 'guessed' }, 'select 1')).rejects.toThrow('password')
  await server.stop()

  await expect(start(dataDir, { password: 'another' })).rejects.toThrow('made with another password; restore the key')
  expect(serverPids(dataDir)).toEqual([])
  await start(dataDir)
})

test('settings given at start win over the defaults', async () => {
  const { connection } = await start(await scratchDirectory(), { settings: { max_connections: '15' } })
  expect(await query(connection, 'show max_connections')).toEqual([['15']])
})

test('stop leaves no process and no socket, and may be called again', async () => {
  const dataDir = await scratchDirectory()
  const server = await start(dataDir)
  const guard = guardPids(dataDir)
  expect(guard.length).toBe(2)

  await Promise.all([server.stop(), server.stop()])
  await server.stop()
  expect(await server.exited).toEqual({ code: 0, signal: null })
  expect(serverPids(dataDir)).toEqual([])
  expect(guardPids(dataDir)).toEqual([])
  const left = await readdir(join(dataDir, 'postgres'))
  expect(left.filter((name) => !/^(data|lock|lock\.pid|pgsql-[\d.a-z-]+|postgres\.log)$/.test(name))).toEqual([])
})

describe('PostgreSQL cannot start, and one line says why:', () => {
  test('there is none for the platform', () => {
    for (const [platform, arch] of [['linux', 's390x'] as const, ['darwin', process.arch] as const]) {
      expect(() => findNativePackage(platform, arch)).toThrow(
        `no embedded PostgreSQL for ${platform}-${arch}; set DATABASE_URL to a PostgreSQL 15 or newer`,
      )
    }
  })

  test('the data was made by another major version', async () => {
    const dataDir = await scratchDirectory()
    await (await start(dataDir)).stop()
    writeFileSync(join(dataOf(dataDir), 'PG_VERSION'), '17\n')
    await expect(start(dataDir)).rejects.toThrow(
      /data was made by PostgreSQL 17 and the embedded server is PostgreSQL 18/,
    )
  })

  test('the server gives up', async () => {
    const dataDir = await scratchDirectory()
    await expect(start(dataDir, { settings: { shared_buffers: 'many' } })).rejects.toThrow(
      'PostgreSQL did not start: invalid value for parameter "shared_buffers": "many"',
    )
    await expect(start(dataDir, { settings: { hba_file: '/nowhere' } })).rejects.toThrow(
      'PostgreSQL did not start: could not load /nowhere',
    )
    await start(dataDir)
  })

  test.runIf(isRoot)('the data belongs to someone else', async () => {
    const dataDir = await scratchDirectory()
    await (await start(dataDir)).stop()
    chownSync(dataOf(dataDir), 12_345, 12_345)
    await expect(start(dataDir)).rejects.toThrow(/belongs to uid 12345, but PostgreSQL would run as uid \d+/)
  })
})

test('a copy of the programs that a power cut left incomplete is made again', async () => {
  const dataDir = await scratchDirectory()
  await (await start(dataDir)).stop()
  const home = join(dataDir, 'postgres')
  const [tree = ''] = (await readdir(home)).filter((name) => name.startsWith('pgsql-'))
  truncateSync(join(home, tree, 'bin', 'postgres'), 4096)
  await rm(join(home, tree, 'lib', 'libpq.so.5.18'))

  await start(dataDir)
})

test('the programs of an earlier release are removed', async () => {
  const dataDir = await scratchDirectory()
  await (await start(dataDir)).stop()
  const home = join(dataDir, 'postgres')
  const trees = async () => (await readdir(home)).filter((name) => name.startsWith('pgsql-'))
  const [current = ''] = await trees()
  await rename(join(home, current), join(home, 'pgsql-18.0.0'))

  await start(dataDir)
  expect(await trees()).toEqual([current])
})

test('the log starts anew when it has grown above 10 MB', async () => {
  const dataDir = await scratchDirectory()
  await (await start(dataDir)).stop()
  const log = join(dataDir, 'postgres', 'postgres.log')
  writeFileSync(log, 'x'.repeat(10 * 1024 * 1024 + 1))

  await start(dataDir)
  const text = await readFile(log, 'utf8')
  expect(text.length).toBeLessThan(100_000)
  expect(text).toContain('database system is ready to accept connections')
})
