import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

const SQLITE_BUSY = 5

export interface HomeLock {
  release: () => void
}

/**
 * Makes this process the only owner of the home until it releases it or dies, however it dies. Node has no file locks;
 * SQLite's exclusive transaction on an empty file is one, and the kernel keeps it (also between containers).
 */
export function lockHome(home: string, dataDir: string): HomeLock {
  const owner = join(home, 'lock.pid')
  const file = join(home, 'lock')
  const lock = new DatabaseSync(file)
  try {
    // Whoever may open the file may lock it, too.
    chmodSync(file, 0o600)
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    throw new EmbeddedPostgresError(`another Castellan (pid ${ownerPid(owner)}) already uses ${dataDir}; stop it first`)
  }
  writeFileSync(owner, `${process.pid}\n`)
  return { release: () => lock.isOpen && lock.close() }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

function ownerPid(owner: string): string {
  try {
    return readFileSync(owner, 'utf8').trim()
  } catch {
    return 'not known yet'
  }
}
