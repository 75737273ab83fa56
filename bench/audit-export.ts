import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import pg from 'pg'
import { createCredentials } from '../src/credentials/credentials.ts'
import type { Answer, Question, Report } from './question.ts'
import { MASTER_KEY } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'
import { startServer } from './support/server-process.ts'
import type { ServerProcess } from './support/server-process.ts'
import { withTrail } from './support/trail.ts'
import type { Trail } from './support/trail.ts'

const PUBLIC_URL = 'http://localhost'

export const auditExport: Question = {
  id: 'audit-export',
  question: 'How much of the rate of COPY TO STDOUT is left when the whole trail is exported as CSV over HTTP?',
  goal: 0.8,
  run: (report) => withTrail(report, (trail) => compare(trail, report)),
}

async function compare(trail: Trail, report: Report): Promise<Answer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const { host, port, user, database } = trail.connection as Trail['connection'] & Record<string, string>
  const url = new URL(`postgresql:///${database}`)
  for (const [name, value] of Object.entries({ host, port, user, password: 'for-the-benchmark-alone' })) {
    url.searchParams.set(name, String(value))
  }
  const server = await startServer({
    entry: new URL('../src/main.ts', import.meta.url),
    env: {
      DATABASE_URL: url.href,
      DATA_DIR: dataDir,
      MASTER_KEY: MASTER_KEY.toString('base64'),
      PUBLIC_URL,
      RATE_LIMIT_PER_MINUTE: '100000000',
      LOG_LEVEL: 'warn',
    },
  })
  const client = new pg.Client({ connectionString: url.href, options: '-c search_path=castellan' })
  await client.connect()
  try {
    const { signer } = createCredentials({ masterKey: MASTER_KEY, issuer: PUBLIC_URL, accessTokenTtlSeconds: 7200 })
    const { userId: sub, sessionId: sid } = trail.reader
    const token = signer.sign({ sub, sid }, new Date()).token
    let growth = 0
    const exported = async (format: string): Promise<number> => {
      const { rate, grown } = await exportRate(server, { token, format, events: trail.events })
      growth = Math.max(growth, grown)
      return rate
    }
    const rates = await interleave(
      { copy: () => copyRate(client, trail.events), csv: () => exported('csv'), ndjson: () => exported('ndjson') },
      report,
    )
    return {
      ours: median(rates.csv),
      against: median(rates.copy),
      ratio: medianRatio(rates.csv, rates.copy),
      unit: 'events/s',
      details: { events: trail.events, ndjson: medianRatio(rates.ndjson, rates.copy), grownByMiB: growth },
    }
  } finally {
    await client.end()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Asked {
  readonly token: string
  readonly format: string
  readonly events: number
}

/** Reads all of it and keeps nothing but its end, which says that it is whole. */
async function exportRate({ port, pid }: ServerProcess, { token, format, events }: Asked) {
  const before = await residentMiB(pid)
  const begin = performance.now()
  const request = get({
    port,
    path: `/api/audit/export?format=${format}`,
    headers: { authorization: `Bearer ${token}` },
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let end: Buffer = Buffer.alloc(0)
  let most = before
  let parts = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    end = part.length > 4096 ? part : Buffer.concat([end, part]).subarray(-8192)
    if (parts++ % 200 === 0) most = Math.max(most, await residentMiB(pid))
  }
  const seconds = (performance.now() - begin) / 1000
  const rows = Number(/"+rows"+:(\d+)/.exec(end.toString())?.[1])
  if (!(rows >= events)) throw new Error(`an export of ${rows} events: ${end.toString().slice(-300)}`)
  return { rate: rows / seconds, grown: most - before }
}

/** Of the process, by Linux; 0 elsewhere. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

/** The bytes as they come off the socket, unread by the driver. */
async function copyRate(client: pg.Client, events: number): Promise<number> {
  const { connection } = client as unknown as { connection: { stream: Socket; query(text: string): void } }
  const { stream } = connection
  const parsers = stream.listeners('data') as ((part: Buffer) => void)[]
  stream.removeAllListeners('data')
  const begin = performance.now()
  connection.query('copy (select * from audit_logs order by occurred_at, id) to stdout (format csv)')
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
  await new Promise<void>((resolve) => {
    stream.on('data', (part: Buffer) => {
      if (part.subarray(-6).equals(ready)) resolve()
    })
  })
  const seconds = (performance.now() - begin) / 1000
  stream.removeAllListeners('data')
  for (const parse of parsers) stream.on('data', parse)
  return events / seconds
}
