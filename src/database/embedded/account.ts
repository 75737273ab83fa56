import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** Whom PostgreSQL runs as; undefined means as whoever runs Castellan. */
export type Account = { uid: number; gid: number } | undefined

/** PostgreSQL refuses root, so root lends it the account that owns nothing. */
export function chooseAccount(): Account {
  if (process.getuid?.() !== 0) return undefined
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''
  const nobody = accounts.match(/^nobody:[^:]*:(\d+):(\d+):/m)
  return { uid: Number(nobody?.[1] ?? 65534), gid: Number(nobody?.[2] ?? 65534) }
}

/** Asks the kernel, not the mode bits: access lists and mount options count too. */
export function reaches(account: Account, directory: string): boolean {
  if (!account) return true
  const { error, status } = spawnSync('/bin/sh', ['-c', 'cd -- "$0"', directory], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
    env: {},
  })
  if (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root and this root may not start a program as uid ${account.uid} (${error.message}); ` +
        'start Castellan as an ordinary user',
      { cause: error },
    )
  }
  return status === 0
}
