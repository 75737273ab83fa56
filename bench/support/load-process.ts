import { connect } from 'node:net'
import type { Asking, Load, Run } from './load.ts'

let requests: readonly Asking[] = []
/** Goes on where the last run ended, so that rounds do not ask the same again. */
let next = 0

process.on('disconnect', () => process.exit())
process.on('message', (asked: { requests?: readonly Asking[]; run?: Run }) => {
  if (asked.requests) requests = asked.requests
  const work = asked.run ? load(asked.run) : Promise.resolve()
  work.then(
    (value) => process.send?.({ value }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})

async function load({ connections, seconds, ...target }: Run): Promise<Load> {
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  await Promise.all(Array.from({ length: connections }, () => keepAsking(target, endsAt, latencies)))
  const took = (performance.now() - startedAt) / 1000
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN
  return { requests: sorted.length, seconds: took, p50Ms: at(0.5), p99Ms: at(0.99) }
}

type Target = Pick<Run, 'port' | 'path' | 'pauseMs'>

/** One keep-alive connection, one request in flight. Written on the socket: an HTTP client would cost more than the server. */
function keepAsking({ port, path = '', pauseMs }: Target, endsAt: number, latencies: number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let asked: Asking
  let askedAt = 0
  let answer = ''

  const ask = (): void => {
    asked = requests[next++ % requests.length] as Asking
    askedAt = performance.now()
    answer = ''
    socket.write(textOf({ ...asked, path: path + asked.path }), 'latin1')
  }

  const end = (): void => {
    resolve()
    socket.destroy()
  }

  socket.on('connect', ask)
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('the server closed a connection')))
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1')
    if (!isWhole(answer)) return
    const now = performance.now()
    latencies.push(now - askedAt)
    if (!answer.startsWith('HTTP/1.1 200 ') || !answer.includes(asked.tells)) reject(new Error(answer))
    if (now >= endsAt) return end()
    if (pauseMs === undefined) ask()
    else setTimeout(ask, pauseMs)
  })
  return promise
}

/** In ASCII. */
function textOf({ path, token, body }: Asking): string {
  const proof = token === null ? '' : `authorization: Bearer ${token}\r\n`
  const head = `${path} HTTP/1.1\r\nhost: localhost\r\n${proof}`
  if (body === undefined) return `GET ${head}\r\n`
  return `POST ${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, headEnd))?.[1]
  return length !== undefined && answer.length >= headEnd + 4 + Number(length)
}
