import { statSync } from 'node:fs'
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/**
 * The name that every process of this cluster carries in its command line. Made of the directory's inode, so it survives
 * a renamed DATA_DIR and cannot be met again while a process still stands in the directory. (Where a process stands,
 * /proc/<pid>/cwd, would be the plainer sign; root in a container may not read it of another user.)
 */
export function clusterName(data: string): string {
  const { dev, ino } = statSync(data)
  return `castellan_${dev}_${ino}`
}

type Kind = 'postmaster' | 'child' | 'guard'

interface ClusterProcess {
  pid: number
  kind: Kind
}

async function listProcesses(name: string): Promise<ClusterProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  const found = await Promise.all(pids.map(async (pid) => ({ pid, kind: kindOf(await commandLine(pid), name) })))
  return found.flatMap(({ pid, kind }) => (kind ? [{ pid, kind }] : []))
}

/** A guard counts: one whose Castellan has just died may still be about to start PostgreSQL. */
function kindOf(command: string, name: string): Kind | undefined {
  if (command.startsWith(`postgres: ${name}: `)) return 'child'
  const [program = '', ...args] = command.split('\0')
  if (!args.includes(`cluster_name=${name}`)) return undefined
  return basename(program) === 'postgres' ? 'postmaster' : 'guard'
}

const commandLine = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')

/** By a fast shutdown (one already under way is not disturbed), at once, by force. */
const STEPS: { signal: NodeJS.Signals; to: Kind[]; patience: number }[] = [
  { signal: 'SIGINT', to: ['postmaster'], patience: 10_000 },
  { signal: 'SIGQUIT', to: ['postmaster', 'child'], patience: 6_000 },
  { signal: 'SIGKILL', to: ['postmaster', 'child', 'guard'], patience: 5_000 },
]

export async function isRunning(name: string): Promise<boolean> {
  return (await listProcesses(name)).length > 0
}

/** Stops every process of the cluster. */
export async function shutDown(name: string): Promise<void> {
  for (const { signal, to, patience } of STEPS) {
    const deadline = Date.now() + patience
    while (Date.now() < deadline) {
      const left = await listProcesses(name)
      if (left.length === 0) return
      // Again and again: PostgreSQL ignores signals until it has set itself up.
      for (const { pid, kind } of left) if (to.includes(kind)) send(pid, signal)
      await sleep(25)
    }
  }
  throw new EmbeddedPostgresError(`${name}: some processes of PostgreSQL cannot be stopped`)
}

/** False: there is no such process, or it is not ours to signal. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/**
 * After a crash and a reboot the process named in postmaster.pid may be anyone's; PostgreSQL would take it for a live
 * server and refuse for ever. A dead one is left to PostgreSQL, which also checks its shared memory.
 */
export async function forgetForeignPid(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  if (!(pid > 0) || !send(pid, 0)) return
  if (await standsIn(pid, data)) {
    throw new EmbeddedPostgresError(`PostgreSQL (pid ${pid}), not started by Castellan, runs on ${data}; stop it first`)
  }
  await rm(file)
}

async function standsIn(pid: number, data: string): Promise<boolean> {
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  if (directory !== undefined) return directory === data
  return basename((await commandLine(pid)).split('\0')[0] ?? '').startsWith('postgres')
}
