import { createClient } from '@redis/client'

const WITHIN_MS = 2000

/** @returns the version that it says it is of @throws what it or the network said */
export async function reachRedis(url: string): Promise<string> {
  const client = createClient({ url, socket: { connectTimeout: WITHIN_MS, reconnectStrategy: false } })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const [, version = 'unknown'] = /^redis_version:(\S+)/m.exec(await client.info('server')) ?? []
    return version
  } finally {
    client.destroy()
  }
}
