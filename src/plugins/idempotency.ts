import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import type { House } from '../app.ts'
import { claim, conclude } from '../services/idempotency.service.ts'
import { contextOf } from './call.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The Idempotency-Key that this request has claimed and has to answer for. */
    claimedKey: string | null
  }
  interface FastifyContextConfig {
    idempotent?: boolean
  }
}

/** Honours `Idempotency-Key` where an endpoint declares it: the same request again gets the first one's answer. */
export function answerOnce(app: FastifyInstance, house: House): void {
  app.decorateRequest('claimedKey', null)
  const claimKey = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const key = request.headers['idempotency-key']
    if (key === undefined) return
    const context = contextOf(request, house) as Context
    const kept = await claim(context, String(key), requestText(request))
    if (kept === null) {
      request.claimedKey = String(key)
      return
    }
    if (kept.etag !== null) reply.header('etag', kept.etag)
    reply.header('idempotency-replayed', 'true').type('application/json; charset=utf-8').serializer(String)
    await reply.code(kept.status).send(kept.body)
  }
  const concludeKey = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> => {
    const key = request.claimedKey
    if (key === null) return
    request.claimedKey = null
    const etag = reply.getHeader('etag')
    await conclude(contextOf(request, house) as Context, key, {
      status: reply.statusCode,
      body: String(payload),
      etag: etag === undefined ? null : String(etag),
    })
  }
  app.addHook('onRoute', (route) => {
    if (route.config?.idempotent) Object.assign(route, { preHandler: claimKey, onSend: concludeKey })
  })
}

const requestText = ({ method, url, body }: FastifyRequest): string => JSON.stringify([method, url, body])
