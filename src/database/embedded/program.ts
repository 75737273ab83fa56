import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Account } from './account.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

export interface Program {
  command: string
  args: string[]
  account: Account
  cwd: string
}

export interface ExitStatus {
  code: number | null
  signal: string | null
}

/** Starts a program in a session of its own, without our environment: it holds secrets that are not PostgreSQL's. */
export async function startProgram(program: Program, stdio: StdioOptions): Promise<ChildProcess> {
  const { command, args, account, cwd } = program
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }
  const child = spawn(command, args, { ...account, cwd, stdio, env, detached: true })
  await once(child, 'spawn').catch((cause: Error) => {
    throw new EmbeddedPostgresError(`cannot run ${command} (${cause.message}); may its file system hold programs?`, {
      cause,
    })
  })
  return child
}

export function exitOf(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
}

/** Runs a program to its end. */
export async function runProgram(program: Program): Promise<void> {
  const child = await startProgram(program, ['ignore', 'ignore', 'pipe'])
  const [{ code }, complaint] = await Promise.all([exitOf(child), child.stderr ? text(child.stderr) : ''])
  if (code !== 0) {
    throw new EmbeddedPostgresError(`${program.command} failed: ${complaint.trim().replaceAll(/\s+/g, ' ')}`)
  }
}
