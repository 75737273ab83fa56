import { pathOf } from './install-package.ts'

/** The Redis that the tests start and stop as they like. */
export const redisPath = (): Promise<string> => pathOf({ name: 'redis-server', places: ['/usr/bin/redis-server'] })

if (import.meta.main) process.stdout.write(`${await redisPath()}\n`)
