import { totpCode } from '../credentials/totp.ts'
import { PASSWORD } from '../demo/arrivals.ts'
import type { Account } from '../demo/provider.ts'

type Row = readonly string[]

/** Who can sign in, and with what. */
export function tableOf(accounts: readonly Account[], now: Date): string {
  const head = ['role', 'name', 'e-mail', 'code now', 'secret of the authenticator app']
  const rows = accounts.map((account) => [
    account.role,
    account.name,
    account.email,
    codeOf(account, now),
    account.secret ?? '-',
  ])
  return [
    '',
    `Who can sign in, all with the password: ${PASSWORD}`,
    '',
    ...aligned([head, ...rows]),
    '',
    'A code is good for half a minute and once. The same is in demo-accounts.json beside the database.',
    '',
  ].join('\n')
}

export const codesOf = (accounts: readonly Account[], now: Date): string =>
  `${aligned(
    accounts
      .filter(({ secret }) => secret !== null)
      .map((account) => [codeOf(account, now), account.role, account.email]),
  ).join('\n')}\n`

const codeOf = ({ secret }: Account, now: Date): string => (secret === null ? '-' : totpCode(secret, now))

function aligned(rows: readonly Row[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
}
