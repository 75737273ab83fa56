import { existsSync } from 'node:fs'
import { readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterHome } from './cluster-home.ts'
import { clusterName, forgetForeignPid, isRunning, shutDown } from './cluster-processes.ts'

export type Report = (message: string) => void

/** Clears what earlier owners of the home left: a server that outlived its Castellan, and copies half made. */
export async function takeOver(home: ClusterHome, report: Report): Promise<void> {
  const data = join(home.path, 'data')
  if (existsSync(data)) await endOrphan(data, report)
  for (const name of await readdir(home.path)) {
    if (name.startsWith('new-')) await rm(join(home.path, name), { recursive: true, force: true, maxRetries: 5 })
  }
  if (home.linkFrom === undefined) return
  if (existsSync(data)) await setAside(data, report)
  await symlink(home.path, home.linkFrom)
  report(`PostgreSQL cannot get to ${home.linkFrom} (root's own directory); the database is kept in ${home.path}`)
}

async function endOrphan(data: string, report: Report): Promise<void> {
  const name = clusterName(data)
  if (await isRunning(name)) {
    report('PostgreSQL is still running for a Castellan that died; waiting for its shutdown')
    await shutDown(name)
  }
  await forgetForeignPid(data)
}

/** DATA_DIR was removed, and with it the key to this database: a new one is made, the old one is not thrown away. */
async function setAside(data: string, report: Report): Promise<void> {
  const aside = `${data}-until-${new Date().toISOString().replaceAll(':', '')}`
  await rename(data, aside)
  report(`the database of an earlier DATA_DIR in the same place was set aside as ${aside}`)
}
