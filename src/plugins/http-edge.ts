import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors/refusal.ts'
import { failure } from './errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** From here on the server is not ready, and closes each connection with its next answer. */
    announceClosing(): void
    isClosing(): boolean
  }
}

const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i
const API_PATH = /^\/api(?:[/?]|$)/
const MAX_URL_LENGTH = 4096
export const MAX_PARAMETER_LENGTH = 256
const REQUEST_ID = /^[\w.-]{1,64}$/

/** On every answer. What is a page says itself what it needs. */
const headers = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
}
const JSON_ANSWER = 'application/json; charset=utf-8'

/** What holds for every answer and every request, whatever it asks. */
export function guardHttp(app: FastifyInstance): void {
  let closing = false
  const announceClosing = (): void => void (closing = true)
  app.decorate('announceClosing', announceClosing)
  app.decorate('isClosing', () => closing)
  app.addHook('preClose', async () => announceClosing())

  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else void parse(request, body as string, done)
  })

  app.addHook('onRequest', ({ headers: asked, raw, url, id }, reply, done) => {
    reply.headers(headers).header('x-request-id', id)
    if (namesTwoHosts(raw.rawHeaders)) throw refuseAndClose(reply)
    if (API_PATH.test(url)) reply.header('cache-control', 'no-store')
    if (url.length > MAX_URL_LENGTH) throw new Refusal('validation_failed')
    const type = asked['content-type']
    if (type !== undefined && !JSON_TYPE.test(type)) throw new Refusal('unsupported_media_type')
    done()
  })

  // Close while a keep-alive request is under way: without this the server waits for its client to go (70 s).
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}

/** RFC 9112 §3.2: what stands between may have gone by the other one. Node's parser takes the first. */
function namesTwoHosts(names: readonly string[]): boolean {
  let hosts = 0
  for (let i = 0; i < names.length; i += 2) if (names[i]?.length === 4 && names[i]?.toLowerCase() === 'host') hosts++
  return hosts > 1
}

function refuseAndClose(reply: FastifyReply): Refusal {
  reply.header('connection', 'close')
  return new Refusal('validation_failed')
}

/** The caller's own id for the request where it is a sane token, else a new one. */
export const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()

/** What the framework refuses before any hook has run: a path that does not decode, a parameter without end. */
export function refuseUnrouted(_error: Error, { id }: FastifyRequest, reply: FastifyReply): void {
  void reply
    .headers(headers)
    .header('x-request-id', id)
    .type(JSON_ANSWER)
    .code(400)
    .send(JSON.stringify(failure(new Refusal('validation_failed'))))
}

/** What a client that does not speak HTTP, or too much of it, gets. */
export function refuseUnread({ code }: Error & { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const refusal = new Refusal(unread[code ?? ''] ?? 'validation_failed')
  const body = JSON.stringify(failure(refusal))
  const lines = Object.entries({
    ...headers,
    'content-type': JSON_ANSWER,
    'content-length': Buffer.byteLength(body),
    'x-request-id': randomUUID(),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`)
  socket.end(
    [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`, ...lines, '', body].join('\r\n'),
    () => socket.destroySoon(),
  )
}

const unread: Readonly<Record<string, 'headers_too_large' | 'request_timeout'>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}
