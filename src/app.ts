import { STATUS_CODES } from 'node:http'
import cookie from '@fastify/cookie'
import fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { v7 as uuidv7 } from 'uuid'
import type { Credentials } from './credentials/credentials.ts'
import type { ServiceSettings } from './context.ts'
import type { Sender, Tenancy } from './database/tenancy.ts'
import { Refusal } from './errors/refusal.ts'
import { askQuestions, contextOf } from './plugins/call.ts'
import { serveConsole } from './plugins/console.ts'
import { failure, handleErrors } from './plugins/errors.ts'
import { guardHttp } from './plugins/http-edge.ts'
import { describeApi } from './plugins/openapi.ts'
import { recordRefusal } from './plugins/refusals.ts'
import { doors } from './routes/doors.ts'
import type { RateLimits } from './stores/rate-limits.ts'
import type { Standing } from './stores/standing.ts'

/** What the server is made of; opened and closed by whoever puts it together. */
export interface House {
  readonly database: Sender & { ping(): Promise<void> }
  readonly identity: Tenancy
  readonly credentials: Credentials
  readonly standing: Standing
  readonly limits: RateLimits
  readonly settings: ServiceSettings
  readonly trustedProxies: readonly string[]
  readonly clock: () => Date
  readonly logLevel: string
}

const MAX_BODY_BYTES = 256 * 1024
const REQUEST_ID = /^[\w-]{8,64}$/

/** The server, in order: edge, description, errors, questions, doors. */
export async function createApp(house: House): Promise<FastifyInstance> {
  const app = fastify({
    logger: { level: house.logLevel, redact: ['req.headers.authorization', 'req.headers.cookie'] },
    disableRequestLogging: true,
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    http: { headersTimeout: 5000, connectionsCheckingInterval: 500, maxHeaderSize: 16_384 },
    frameworkErrors: (_error, _request, reply) => {
      const refusal = new Refusal('validation_failed')
      void reply
        .type('application/json; charset=utf-8')
        .status(400 as never)
        .send(JSON.stringify(failure(refusal)) as never)
    },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(rawRefusal())
    },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  guardHttp(app)
  await app.register(cookie)
  await describeApi(app)
  handleErrors(app, (request, refusal) => recordRefusal(request, house, refusal))
  for (const { prefix, tag, endpoints } of doors(house)) {
    await app.register(
      async (scope) => {
        askQuestions(scope, house)
        for (const one of endpoints) one.mount(scope, tag, (request: FastifyRequest) => contextOf(request, house))
      },
      { prefix },
    )
  }
  await serveConsole(app)
  return app
}

const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID.test(given) ? given : uuidv7()

/** What a client that does not speak HTTP gets. */
function rawRefusal(): string {
  const body = JSON.stringify(failure(new Refusal('validation_failed')))
  return `HTTP/1.1 400 ${STATUS_CODES[400]}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
}
