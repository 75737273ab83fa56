import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs'

const LIMIT_BYTES = 10 * 1024 * 1024

export interface ServerLog {
  descriptor: number
  /** The last line by which PostgreSQL said, since this log was opened, why it gave up. */
  lastComplaint(): string
  close(): void
}

export function openServerLog(path: string): ServerLog {
  const descriptor = openSync(path, 'a', 0o600)
  if (fstatSync(descriptor).size > LIMIT_BYTES) ftruncateSync(descriptor)
  const start = fstatSync(descriptor).size
  return {
    descriptor,
    lastComplaint: () => lastComplaint(readFileSync(path).subarray(start).toString()) ?? `see ${path}`,
    close: () => closeSync(descriptor),
  }
}

function lastComplaint(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line !== '')
  const fatal = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line))
  return (fatal ?? lines.at(-1))?.replace(/^.*\b(FATAL|PANIC):\s*/, '')
}
