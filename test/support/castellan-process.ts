import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const CASTELLAN = fileURLToPath(new URL('../../src/cli/castellan.ts', import.meta.url))

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** The operator's tool as its operator runs it: a process of its own, without a terminal. */
export function startCastellan(
  args: readonly string[],
  environment: Record<string, string> = {},
): { process: ChildProcess; ended: Promise<Outcome>; printed: Promise<string> } {
  const child = spawn(process.execPath, [CASTELLAN, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { promise: printed, resolve: print, reject } = Promise.withResolvers<string>()
  printed.catch(() => undefined)
  const outcome: Outcome = { code: null, stdout: '', stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (part: string) => void (outcome.stderr += part))
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    outcome.stdout += part
    const end = outcome.stdout.indexOf('\n')
    if (end >= 0) print(outcome.stdout.slice(0, end))
  })
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => {
      reject(new Error(`it ended with ${code} and printed no line: ${outcome.stderr}`))
      resolve({ ...outcome, code })
    })
  })
  return { process: child, ended, printed }
}

export const castellan = (args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> =>
  startCastellan(args, environment).ended
