import { lstatSync, readdirSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { orphan, startedOwner } from './owner-process.ts'
import { serverPids, signalAll } from './processes.ts'
import { closedDirectory, dataDirIn, isRoot, scratchDirectory } from './scratch.ts'
import { recall, remember, start } from './server.ts'

describe.runIf(isRoot)("DATA_DIR below a directory that is root's alone", () => {
  test('keeps the database under /var/lib/castellan, says so once, and finds it again', async () => {
    const dataDir = dataDirIn(await closedDirectory())
    const said: string[] = []
    const report = (message: string) => void said.push(message)
    const first = await start(dataDir, { report })
    const home = realpathSync(join(dataDir, 'postgres'))
    expect(home).toMatch(/^\/var\/lib\/castellan\/[0-9a-f]{12}$/)
    expect(said).toEqual([expect.stringContaining(`the database is kept in ${home}`)])
    await remember(first.connection, 'kept')
    await first.stop()

    const second = await start(dataDir, { report })
    expect(await recall(second.connection)).toEqual([['kept']])
    expect(said).toHaveLength(1)
  })

  test('is opened no further than needed when it is ours', async () => {
    const dataDir = await scratchDirectory()
    await start(dataDir)
    expect(statSync(dataDir).mode & 0o777).toBe(0o701)
    expect(lstatSync(join(dataDir, 'postgres')).isDirectory()).toBe(true)
  })

  test('works under a umask that lets nobody else read', async () => {
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))
    await start(dataDirIn(await closedDirectory()))
  })

  test('starts empty after it was removed, and sets the earlier database aside', async () => {
    const dataDir = dataDirIn(await closedDirectory())
    const first = await start(dataDir)
    await remember(first.connection, 'earlier')
    await first.stop()
    await rm(dataDir, { recursive: true })

    const said: string[] = []
    const second = await start(dataDir, { password: 'a new key', report: (message) => said.push(message) })
    await expect(recall(second.connection)).rejects.toThrow('does not exist')
    expect(said[0]).toMatch(/set aside as \/var\/lib\/castellan\/\w+\/data-until-/)
    expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('data-until-'))).toHaveLength(1)
  })

  test('is refused, not emptied, when the database behind its symlink is gone', async () => {
    const dataDir = dataDirIn(await closedDirectory())
    const server = await start(dataDir)
    await server.stop()
    rmSync(realpathSync(join(dataDir, 'postgres')), { recursive: true })
    await expect(start(dataDir)).rejects.toThrow('is a symlink to a directory that is gone')
  })
})

describe('a DATA_DIR whose path is too long for a socket', () => {
  const name = 'long'.repeat(30)

  test('works, and stop leaves no socket directory', async () => {
    const dataDir = await scratchDirectory(name)
    const { connection, stop } = await start(dataDir)
    expect(connection.host).toMatch(/^.{1,90}\/castellan-\w+$/)
    expect(statSync(connection.host).mode & 0o777).toBe(0o700)
    await remember(connection, 'reached')
    expect(await recall(connection)).toEqual([['reached']])

    await stop()
    expect(() => statSync(connection.host)).toThrow('ENOENT')
  })

  test('is cleared at the next start of the socket directory that a crash of everything left', async () => {
    const dataDir = await scratchDirectory(name)
    const owner = await startedOwner(dataDir)
    await orphan(owner, dataDir)
    signalAll('SIGKILL', serverPids(dataDir))
    expect(readlinkSync(join(dataDir, 'postgres', 'socket'))).toBe(owner.connection.host)

    const server = await start(dataDir)
    expect(server.connection.host).not.toBe(owner.connection.host)
    expect(() => statSync(owner.connection.host)).toThrow('ENOENT')
  })

  test.runIf(isRoot)('works where the temporary directory is closed to PostgreSQL', async () => {
    const before = process.env['TMPDIR']
    const dataDir = await scratchDirectory(name)
    process.env['TMPDIR'] = await closedDirectory()
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })
    const { connection } = await start(dataDir)
    expect(connection.host.startsWith(tmpdir())).toBe(false)
  })
})

test('a DATA_DIR with spaces, a comma and quotes in its name works', async () => {
  const { connection } = await start(await scratchDirectory(`it's a, b é`))
  await remember(connection, 'reached')
  expect(await recall(connection)).toEqual([['reached']])
})

test.each(['"', '$HOME', '`id`', '\\'])(
  'a DATA_DIR with %s, which initdb would give to a shell, is refused',
  async (name) => {
    await expect(start(await scratchDirectory(name))).rejects.toThrow('choose a DATA_DIR without')
  },
)
