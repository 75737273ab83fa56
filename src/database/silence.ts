import type { Socket } from 'node:net'
import pg from 'pg'
import type { Connection } from './pool.ts'

/** Longer than a statement takes that does not say otherwise. */
const SILENT_MS = 6000
const LOOK_EVERY_MS = 1000
const ANSWER_WITHIN_MS = 3000

interface Heard {
  readonly bytes: number
  readonly at: number
}

/**
 * A server that has vanished, or stands still, closes nothing: whoever waits for its answer would wait for ever. When a connection in
 * use has been silent for long, it is tried whether the server still takes new ones; if not, all are ended.
 * @returns a function that ends the watch
 */
export function watchSilence(pool: pg.Pool, connection: Connection): () => void {
  const all = new Set<pg.PoolClient>()
  const inUse = new Map<pg.PoolClient, Heard>()
  let stopped = false
  let timer = setTimeout(look, LOOK_EVERY_MS).unref()

  const hear = (client: pg.PoolClient): void => void inUse.set(client, heardBy(client))
  pool.on('connect', (client) => all.add(client))
  pool.on('acquire', hear)
  pool.on('release', (_error, client) => inUse.delete(client))
  pool.on('remove', (client) => void (all.delete(client), inUse.delete(client)))

  /** Whether somebody waits and has heard nothing for so long. */
  function isSilent(client: pg.PoolClient, { bytes, at }: Heard): boolean {
    const now = heardBy(client)
    if (now.bytes === bytes) return now.at - at > SILENT_MS
    inUse.set(client, now)
    return false
  }

  async function look(): Promise<void> {
    if ([...inUse].some(([client, heard]) => isSilent(client, heard))) await tryIt()
    if (!stopped) timer = setTimeout(look, LOOK_EVERY_MS).unref()
  }

  async function tryIt(): Promise<void> {
    if (await answers(connection)) inUse.forEach((_heard, client) => hear(client))
    else all.forEach((client) => streamOf(client).destroy(new Error('Connection terminated: PostgreSQL is silent')))
  }

  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

const heardBy = (client: pg.PoolClient): Heard => ({ bytes: streamOf(client).bytesRead, at: performance.now() })

const streamOf = (client: pg.PoolClient): Socket =>
  (client as unknown as { connection: { stream: Socket } }).connection.stream

/** What it refuses, it has answered. */
async function answers(connection: Connection): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: ANSWER_WITHIN_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    client.end().catch(() => undefined)
    return true
  } catch (error) {
    return error instanceof pg.DatabaseError
  }
}
