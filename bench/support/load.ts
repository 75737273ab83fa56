import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startLoad } from './server-process.ts'

/** One request: by whom, for what, and what its answer has to say. */
export interface Asking {
  /** Null for nobody. */
  readonly token: string | null
  readonly path: string
  /** With one it is a POST of JSON. */
  readonly body?: string
  readonly tells: string
}

export interface Run {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** Stands before the path of every request, where it is given. */
  readonly path?: string
  /** Between an answer and the next request on its connection. */
  readonly pauseMs?: number
}

/** Every answer was a 200 that says what it has to, or the run fails. */
export interface Load {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface LoadGenerator {
  run(run: Run): Promise<Load>
  stop(): void
}

/** A process of its own, so that making the load takes nothing from the server's thread. */
export async function startLoadGenerator(requests: readonly Asking[]): Promise<LoadGenerator> {
  const child = startLoad(new URL('load-process.ts', import.meta.url))
  await ask(child, { requests })
  return {
    run: async (run) => (await ask(child, { run })) as Load,
    stop: () => void child.kill(),
  }
}

async function ask(child: ChildProcess, question: object): Promise<unknown> {
  child.send(question)
  const [answer] = (await once(child, 'message')) as [{ error?: string; value?: unknown }]
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer.value
}
