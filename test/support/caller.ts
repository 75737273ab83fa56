import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

export interface Heard {
  /** 0 where nothing was answered. */
  status: number
  headers: IncomingHttpHeaders
  body: any
}

export interface Asking {
  token?: string
  method?: string
  body?: unknown
  headers?: Record<string, string>
}

/** Whoever calls a server of another process: over connections that it keeps. */
export interface Caller {
  ask(path: string, asking?: Asking): Promise<Heard>
  close(): void
}

const PATIENCE_MS = 20_000
const NOTHING: Heard = { status: 0, headers: {}, body: null }

export function callerAt(port: number): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })

  function ask(path: string, { token, method = 'GET', body, headers = {} }: Asking = {}): Promise<Heard> {
    const { promise, resolve } = Promise.withResolvers<Heard>()
    const payload = body === undefined ? '' : JSON.stringify(body)
    const asked = request({ agent, host: '127.0.0.1', port, path, method, timeout: PATIENCE_MS })
    if (token !== undefined) asked.setHeader('authorization', `Bearer ${token}`)
    if (payload) asked.setHeader('content-type', 'application/json')
    // Node says how long a body is by itself for some methods only.
    if (payload) asked.setHeader('content-length', Buffer.byteLength(payload))
    for (const [name, value] of Object.entries(headers)) asked.setHeader(name, value)
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(NOTHING))
    asked.on('response', (response) => {
      let text = ''
      response.on('error', () => resolve(NOTHING))
      response.setEncoding('utf8').on('data', (part: string) => void (text += part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bodyOf(text) }),
      )
    })
    asked.end(payload)
    return promise
  }

  return { ask, close: () => agent.destroy() }
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Asks so many times a second for as long as the work takes, whether the answers keep up or not. @returns all answers */
export async function whileAsking<T>(perSecond: number, one: (i: number) => Promise<T>, work: () => Promise<unknown>) {
  const answers: Promise<T>[] = []
  const startedAt = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * perSecond
    while (answers.length < due) answers.push(one(answers.length))
  }, 10)
  await work().finally(() => clearInterval(timer))
  return Promise.all(answers)
}

export const statusesOf = (answers: readonly { status: number }[]): Set<number> =>
  new Set(answers.map(({ status }) => status))

/** So many in all, so many at a time. */
export async function askMany<T>(count: number, atOnce: number, one: (i: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const i = next++
      answers[i] = await one(i)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return answers
}
