import { pathOf } from './install-package.ts'

/** The proxy that the tests put in front of several nodes. */
export const haproxyPath = (): Promise<string> => pathOf({ name: 'haproxy', places: ['/usr/sbin/haproxy'] })

if (import.meta.main) process.stdout.write(`${await haproxyPath()}\n`)
