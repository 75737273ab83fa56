import { timingSafeEqual, hash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { House } from '../app.ts'
import { createHistogram, textOf } from './metrics-text.ts'
import type { Family, Histogram } from './metrics-text.ts'

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const NANOSECONDS = 1e9

type Telling = () => string

/** Either of port and token, or both. */
export interface MetricsAccess {
  readonly host: string
  /** Of its own; without one the figures are on the port of all else. */
  readonly port: number | undefined
  /** What whoever asks has to bring. */
  readonly token: string | undefined
}

/** Counts, and tells at `/metrics`: on a port that only the monitoring reaches, or to whoever brings the token. */
export function tellMetrics(app: FastifyInstance, house: Pick<House, 'database'>, access: MetricsAccess): void {
  const door = { token: access.token, tell: countAnswers(app, house) }
  if (access.port === undefined) return serveMetrics(app, door)
  const { host, port } = access
  const own = fastify({ logger: false, forceCloseConnections: true, requestTimeout: 5000 })
  serveMetrics(own, door)
  app.addHook('onReady', async () => void (await own.listen({ host, port })))
  app.addHook('onClose', () => own.close())
}

/** Counts every answer by the pattern of its route, its method and the class of its status; never by who asked, or about whom. */
function countAnswers(app: FastifyInstance, house: Pick<House, 'database'>): Telling {
  const answers = createHistogram(BOUNDS_SECONDS)
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  app.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    const status = `${Math.floor(statusCode / 100)}xx`
    answers.observe({ method, route: routeOptions.url ?? 'none', status }, elapsedTime / 1000)
    done()
  })
  app.addHook('onClose', async () => delay.disable())
  return () => {
    const lag = delay.percentile(99) / NANOSECONDS
    delay.reset()
    return textOf([...ofAnswers(answers), ...ofPool(house), ...ofProcess(lag)])
  }
}

const ofAnswers = (answers: Histogram): Family[] => [
  {
    name: 'castellan_http_request_duration_seconds',
    help: 'Answers and how long they took.',
    type: 'histogram',
    samples: answers.samples(),
  },
]

function ofPool({ database }: Pick<House, 'database'>): Family[] {
  const { total, idle, waiting } = database.figures()
  return [
    {
      name: 'castellan_database_connections',
      help: 'Connections of the pool to PostgreSQL.',
      type: 'gauge',
      samples: [
        { labels: { state: 'busy' }, value: total - idle },
        { labels: { state: 'idle' }, value: idle },
      ],
    },
    {
      name: 'castellan_database_waiting',
      help: 'Requests that wait for a connection.',
      type: 'gauge',
      samples: [{ value: waiting }],
    },
  ]
}

function ofProcess(lagSeconds: number): Family[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const gauge = (name: string, help: string, value: number): Family => ({
    ...{ name, help, type: 'gauge', samples: [{ value }] },
  })
  return [
    {
      ...{ name: 'process_cpu_seconds_total', help: 'CPU time used.', type: 'counter' },
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', 'Memory of the process.', rss),
    gauge(
      'process_start_time_seconds',
      'When it started, in seconds since 1970.',
      Date.now() / 1000 - process.uptime(),
    ),
    gauge('nodejs_heap_used_bytes', 'Memory of JavaScript objects.', heapUsed),
    gauge(
      'nodejs_eventloop_delay_p99_seconds',
      'Delay of the event loop since the last look, 99th percentile.',
      lagSeconds,
    ),
  ]
}

interface Door {
  readonly token: string | undefined
  readonly tell: Telling
}

function serveMetrics(app: FastifyInstance, { token, tell }: Door): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    schema: { hide: true },
    handler: async ({ headers }, reply) => {
      if (token !== undefined && !isBearer(headers.authorization, token)) {
        return reply.code(401).header('www-authenticate', 'Bearer').type('text/plain').send('unauthenticated\n')
      }
      return reply.header('cache-control', 'no-store').type(CONTENT_TYPE).send(tell())
    },
  })
}

function isBearer(given: string | undefined, token: string): boolean {
  const [actual, expected] = [given ?? '', `Bearer ${token}`].map((text) => hash('sha256', text, 'buffer'))
  return actual !== undefined && expected !== undefined && timingSafeEqual(actual, expected)
}
