import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Call, Context } from '../context.ts'
import type { House } from '../app.ts'
import { scopeOf } from '../policy/scope-of.ts'
import { beforeHandling, beforeReading } from '../middleware/multi-tenant.middleware.ts'
import type { Asked, Target } from '../middleware/multi-tenant/question.ts'
import { clientAddress } from '../policy/addresses.ts'
import { operations } from '../policy/operations.ts'
import type { Operation } from '../policy/operations.ts'
import { versionsNamed } from '../policy/preconditions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    asked: Asked | null
  }
  interface FastifyContextConfig {
    operation?: Operation
    target?: Target | null
  }
}

const USER_AGENT_LENGTH = 512

/** No route under the path is mounted without a row in the table. */
export function refuseUnlisted(app: FastifyInstance, path: string): void {
  app.addHook('onRoute', ({ url, method, config }) => {
    if (!url.startsWith(path) || (config?.operation !== undefined && config.operation in operations)) return
    throw new Error(`${String(method)} ${url} names no operation of the table: the server does not start with it`)
  })
}

/** Asks the chain's questions of every call to an endpoint, and refuses to mount one without a row in the table. */
export function askQuestions(app: FastifyInstance, house: House): void {
  app.decorateRequest('asked', null)
  refuseUnlisted(app, '')
  app.addHook('onRequest', async (request, reply) => {
    const asked = askedOf(request, house, (name, value) => void reply.header(name, value))
    request.asked = asked
    for (const question of beforeReading) await question(asked)
  })
  app.addHook('preHandler', async (request) => {
    if (!request.asked) throw new Error('a call reached its handler unasked')
    request.asked.params = request.params as Record<string, string>
    for (const question of beforeHandling) await question(request.asked)
  })
}

function askedOf({ id, headers, socket, routeOptions }: FastifyRequest, house: House, answer: Asked['answer']): Asked {
  const { operation, target = null } = routeOptions.config
  if (operation === undefined) throw new Error('a route without an operation was called')
  return {
    requestId: id,
    now: house.clock(),
    address: clientAddress({
      peer: socket.remoteAddress,
      forwardedFor: headers['x-forwarded-for']?.toString() || undefined,
      trustedProxies: house.trustedProxies,
    }),
    userAgent: headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null,
    ifMatch: versionsNamed(headers['if-match']),
    settings: house.settings,
    credentials: house.credentials,
    identity: house.identity,
    standing: house.standing,
    operation,
    target,
    bearer: bearerOf(headers.authorization),
    params: {},
    limits: house.limits,
    answer,
    principal: null,
    enrollee: null,
    reach: [],
    tenant: null,
  }
}

const SCHEME = 'bearer '

const bearerOf = (authorization = ''): string | null =>
  authorization.slice(0, SCHEME.length).toLowerCase() === SCHEME ? authorization.slice(SCHEME.length) : null

/** The call as its service may know it. */
export function contextOf(request: FastifyRequest, house: House): Call | Context {
  const { asked } = request
  if (!asked) throw new Error('a call reached its handler unasked')
  const { principal, tenant } = asked
  if (principal === null) return asked
  return Object.assign(asked, {
    principal,
    db: house.database.within(scopeOf(principal, tenant)),
    retention: () => house.database.within({ as: 'retention', userId: principal.userId }),
  })
}
