import { readFile } from 'node:fs/promises'
import type pg from 'pg'

/** CPU for some work in microseconds, of this process and of the backends that serve its pool. */
export async function serverCpu(owner: pg.Pool, work: () => Promise<void>): Promise<number> {
  const before = await cpuOfBackends(owner)
  const started = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(started)
  const after = await cpuOfBackends(owner)
  return Array.from(after, ([pid, used]) => used - (before.get(pid) ?? 0)).reduce(
    (sum, used) => sum + used,
    user + system,
  )
}

/** In microseconds, by process. */
async function cpuOfBackends(owner: pg.Pool): Promise<Map<number, number>> {
  const { rows } = await owner.query<{ pid: number }>(
    `select pid from pg_stat_activity where usename = 'castellan_runtime'`,
  )
  return new Map(await Promise.all(rows.map(async ({ pid }) => [pid, await cpuOf(pid)] as const)))
}

/** The first figure are the nanoseconds on a CPU. */
async function cpuOf(pid: number): Promise<number> {
  const [nanoseconds] = (await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')
  return Number(nanoseconds) / 1000
}
