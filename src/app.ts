import cookie from '@fastify/cookie'
import fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Credentials } from './credentials/credentials.ts'
import type { ServiceSettings } from './context.ts'
import type { PoolFigures } from './database/open-database.ts'
import type { Sender, Tenancy } from './database/tenancy.ts'
import type { CheckpointCarrier } from './mail/checkpoint-carriers.ts'
import type { Mailer } from './mail/mailer.ts'
import { serveApiReference } from './plugins/api-reference.ts'
import { askQuestions, contextOf, refuseUnlisted } from './plugins/call.ts'
import { serveConsole } from './plugins/console.ts'
import { handleErrors } from './plugins/errors.ts'
import { guardHttp, MAX_PARAMETER_LENGTH, refuseUnread, refuseUnrouted, requestIdOf } from './plugins/http-edge.ts'
import { answerOnce } from './plugins/idempotency.ts'
import { tellMetrics } from './plugins/metrics.ts'
import type { MetricsAccess } from './plugins/metrics.ts'
import { describeApi } from './plugins/openapi.ts'
import { parseQuery } from './plugins/query-string.ts'
import { recordRefusal } from './plugins/refusals.ts'
import { logRequests, quiet } from './plugins/request-log.ts'
import { doors } from './routes/doors.ts'
import type { RateLimits } from './stores/rate-limits.ts'
import type { Standing } from './stores/standing.ts'

/** What the server is made of; opened and closed by whoever puts it together. */
export interface House {
  readonly database: Sender & { ping(): Promise<void>; figures(): PoolFigures }
  readonly identity: Tenancy
  readonly credentials: Credentials
  readonly standing: Standing
  readonly limits: RateLimits
  readonly settings: ServiceSettings
  /** Null where no mail server is configured. */
  readonly mailer: Mailer | null
  /** Who keeps checkpoints of the trail outside. */
  readonly carriers: readonly CheckpointCarrier[]
  readonly trustedProxies: readonly string[]
  /** Where figures are told; null where nowhere. */
  readonly metrics: MetricsAccess | null
  readonly clock: () => Date
  readonly logLevel: string
}

const MAX_BODY_BYTES = 256 * 1024

/** The server, in order: edge, description, errors, questions, doors. */
export async function createApp(house: House): Promise<FastifyInstance> {
  const app = fastify({
    logger: { level: house.logLevel, redact: ['req.headers.authorization', 'req.headers.cookie'] },
    logController: quiet,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: parseQuery, ignoreTrailingSlash: true },
    http: { headersTimeout: 5000, connectionsCheckingInterval: 500, maxHeaderSize: 16_384 },
    return503OnClosing: false,
    frameworkErrors: refuseUnrouted,
    clientErrorHandler: refuseUnread,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  guardHttp(app)
  logRequests(app)
  if (house.metrics) tellMetrics(app, house, house.metrics)
  refuseUnlisted(app, '/api')
  await describeApi(app)
  handleErrors(app, (request, refusal) => recordRefusal(request, house, refusal))
  for (const { prefix, tag, endpoints, cookies } of doors(house)) {
    await app.register(
      async (scope) => {
        if (cookies) await scope.register(cookie)
        askQuestions(scope, house)
        answerOnce(scope, house)
        for (const one of endpoints) one.mount(scope, tag, (request: FastifyRequest) => contextOf(request, house))
      },
      { prefix },
    )
  }
  serveApiReference(app)
  await serveConsole(app)
  return app
}
