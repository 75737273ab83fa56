import { expect } from 'vitest'
import type { World } from './world.ts'

interface Held {
  readonly text: string
  readonly values: unknown[]
}

/** Does something around the application and keeps it open until so many of the work's sessions wait for it; then lets them all go. */
export async function rendezvous<T>(
  world: World,
  held: readonly Held[],
  { of: count, work }: { of: number; work: () => Promise<T> },
): Promise<T> {
  const holding = await world.admin.connect()
  try {
    await holding.query('begin')
    for (const { text, values } of held) await holding.query(text, values)
    const working = work()
    await expect.poll(() => waiting(world), { timeout: 10_000 }).toBe(count)
    await holding.query('commit')
    return await working
  } finally {
    holding.release(true)
  }
}

async function waiting(world: World): Promise<number> {
  const { rows } = await world.admin.query(
    `select count(*)::int as sessions from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0].sessions
}
