import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const read = (file: string) => attempt(() => readFileSync(file, 'utf8')) ?? ''
const allPids = () =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)

export const dataOf = (dataDir: string) => join(realpathSync(join(dataDir, 'postgres')), 'data')

/** Every process that works in the database's directory. */
export function serverPids(dataDir: string): number[] {
  const data = attempt(() => dataOf(dataDir)) ?? 'never made'
  return allPids().filter((pid) => attempt(() => readlinkSync(`/proc/${pid}/cwd`)) === data)
}

export const postmasterPid = (dataDir: string) => Number.parseInt(read(join(dataOf(dataDir), 'postmaster.pid')), 10)

/** The guard's shell and the shell in it that watches the pipe. */
export function guardPids(dataDir: string): number[] {
  const data = attempt(() => dataOf(dataDir)) ?? 'never made'
  return allPids().filter((pid) => {
    const command = read(`/proc/${pid}/cmdline`).split('\0')
    return command[0] === '/bin/sh' && command.includes('castellan-postgres-guard') && command.includes(data)
  })
}

export const signalAll = (signal: NodeJS.Signals, pids: number[]) => pids.forEach((pid) => process.kill(pid, signal))

export const ownerUid = (pid: number) => statSync(`/proc/${pid}`).uid
export const environmentOf = (pid: number) => read(`/proc/${pid}/environ`)

/** Ports and addresses on which the processes take TCP connections, as the kernel lists them. */
export function tcpListeners(pids: number[]): string[] {
  const sockets = new Set(pids.flatMap(socketInodes))
  const lines = ['tcp', 'tcp6'].flatMap((table) => read(`/proc/net/${table}`).split('\n').slice(1))
  const entries = lines.map((line) => line.trim().split(/\s+/))
  return entries.filter((entry) => entry[3] === '0A' && sockets.has(entry[9] ?? '')).map((entry) => entry[1] ?? '')
}

function socketInodes(pid: number): string[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')
  return links.flatMap((link) => link.match(/^socket:\[(\d+)\]$/)?.[1] ?? [])
}

export async function until(condition: () => boolean, milliseconds = 8_000): Promise<void> {
  const deadline = Date.now() + milliseconds
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${condition}`)
    await sleep(10)
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
