import { chmod, lstat, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { guardPids, serverPids, until } from './processes.ts'

export const isRoot = process.getuid?.() === 0

/** A DATA_DIR of its own, that any account may reach, gone with everything in and behind it when the test ends. */
export async function scratchDirectory(name = 'data'): Promise<string> {
  const parent = await closedDirectory()
  await chmod(parent, 0o755)
  return dataDirIn(parent, name)
}

/** A directory that only its owner may enter. */
export async function closedDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'embedded-test-')))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export function dataDirIn(parent: string, name = 'data'): string {
  const dataDir = join(parent, name)
  onTestFinished(() => removeHome(dataDir))
  return dataDir
}

async function removeHome(dataDir: string): Promise<void> {
  await until(() => guardPids(dataDir).length + serverPids(dataDir).length === 0)
  const place = join(dataDir, 'postgres')
  const home = await realpath(place).catch(() => undefined)
  if (home === undefined || !(await lstat(place)).isSymbolicLink()) return
  await rm(home, { recursive: true, force: true })
  if (dirname(home) !== '/var/lib/castellan') throw new Error(`${home} is not where a database may be`)
}
