import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { guardPids, signalAll } from './processes.ts'
import { PASSWORD, type Connection } from './server.ts'

export interface OwnerProcess {
  pid: number
  /** Waits for the next line that the owner says. */
  says(): Promise<{ connection?: Connection; refused?: string; interrupted?: boolean }>
  kill(): Promise<void>
}

/** Starts an embedded PostgreSQL in another Node process, a group of its own as a terminal would make it. */
export function startOwner(dataDir: string): OwnerProcess {
  const args = [join(import.meta.dirname, 'owner.ts'), dataDir, PASSWORD]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  const says = async () => JSON.parse((await lines.next()).value ?? '{}')
  return { pid: child.pid ?? 0, says, kill }
}

export async function startedOwner(dataDir: string): Promise<OwnerProcess & { connection: Connection }> {
  const owner = startOwner(dataDir)
  const { connection, refused } = await owner.says()
  if (!connection) throw new Error(refused)
  return { ...owner, connection }
}

/** Kills the owner and the guard, and PostgreSQL lives on: the owner is frozen first, or it would end PostgreSQL itself. */
export async function orphan(owner: OwnerProcess, dataDir: string): Promise<void> {
  process.kill(owner.pid, 'SIGSTOP')
  signalAll('SIGKILL', guardPids(dataDir))
  await owner.kill()
}
