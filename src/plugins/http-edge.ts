import type { FastifyInstance } from 'fastify'
import { Refusal } from '../errors/refusal.ts'

const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i
const MAX_URL_LENGTH = 4096

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
}
const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** What holds for every answer and every request, whatever it asks. */
export function guardHttp(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => void (closing = true))

  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body as string, done)
  })

  app.addHook('onRequest', async ({ headers: asked, url, id }, reply) => {
    reply.headers(headers).header('x-request-id', id)
    if (url.startsWith('/api/')) reply.header('cache-control', 'no-store').header('content-security-policy', API_POLICY)
    if (closing) reply.header('connection', 'close')
    if (url.length > MAX_URL_LENGTH) throw new Refusal('validation_failed')
    const type = asked['content-type']
    if (type !== undefined && !JSON_TYPE.test(type)) throw new Refusal('unsupported_media_type')
  })

  // Close while a keep-alive request is under way: without this the server waits for its client to go (70 s).
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}
