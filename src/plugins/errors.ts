import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import pg from 'pg'
import { PasswordQueueFullError } from '../credentials/password-hash.ts'
import { TooManyInLineError } from '../credentials/turns.ts'
import { constraints } from '../errors/constraints.ts'
import { Refusal } from '../errors/refusal.ts'
import type { RefusalCode } from '../errors/catalogue.ts'
import type { Failure } from '../types/envelope.ts'

/** What the framework itself refuses, by its code. */
const framework: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'validation_failed',
  FST_ERR_BAD_URL: 'validation_failed',
}

/** SQLSTATE: text that PostgreSQL cannot hold. */
const UNSTORABLE = new Set(['22021', '22P05'])
/** SQLSTATE classes of a database that cannot answer now: connection, login, resources, operator, deadlock and serialization; a lock that was not had in time. */
const PASSING = /^(08|28|53|57|40|55P03)/

/** Turns whatever was thrown into the one refusal that its caller may know of; null for what is our own fault. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  if (error instanceof PasswordQueueFullError) return new Refusal('unavailable')
  if (error instanceof TooManyInLineError) return new Refusal('rate_limited')
  if (error instanceof pg.DatabaseError) return refusalOfDatabase(error)
  const { code, validation, message } = error as FastifyError
  if (validation) return new Refusal('validation_failed', validation.flatMap(toFaults))
  if (code in framework) return new Refusal(framework[code] as RefusalCode)
  if (error instanceof SyntaxError) return new Refusal('malformed_json')
  return isUnreachable(code, message) ? new Refusal('unavailable') : null
}

function refusalOfDatabase({ code = '', constraint }: pg.DatabaseError): Refusal | null {
  const meaning = constraint === undefined ? undefined : constraints[constraint]
  if (meaning) return new Refusal(meaning)
  if (UNSTORABLE.has(code)) return new Refusal('validation_failed')
  return PASSING.test(code) ? new Refusal('unavailable') : null
}

/** The driver has no codes for these. */
const isUnreachable = (code: string | undefined, message: string): boolean =>
  ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code ?? '') ||
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    message,
  )

/** What is not known is told by its own path, one fault each; all else by the path of what is wrong. */
function toFaults({ keyword, instancePath, message, params }: FastifySchemaValidationError): Fault[] {
  const at = instancePath.split('/').filter(Boolean)
  const { keys } = params
  if (keyword !== 'unrecognized_keys' || !Array.isArray(keys))
    return [{ path: at.join('.'), message: message ?? 'is not allowed' }]
  return keys.map((key) => ({ path: [...at, key].join('.'), message: 'Unrecognized key' }))
}

interface Fault {
  readonly path: string
  readonly message: string
}

export const failure = ({ code, message, details }: Refusal): Failure => ({
  success: false,
  error: code,
  message,
  ...(details !== undefined && { details }),
})

/** Every error leaves through here: a code and a sentence; SQL, stacks and names stay in the log. */
export function handleErrors(
  app: FastifyInstance,
  onRefusal: (request: FastifyRequest, refusal: Refusal) => Promise<void>,
): void {
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = told(request, error)
    try {
      await onRefusal(request, refusal)
    } catch (failed) {
      // What cannot be recorded is not answered either, and what went wrong there is nobody's business.
      return send(reply, told(request, failed))
    }
    return send(reply, refusal)
  })
  app.setNotFoundHandler((_request, reply) => send(reply, new Refusal('not_found')))
}

function told(request: FastifyRequest, error: unknown): Refusal {
  const refusal = refusalOf(error) ?? new Refusal('internal_error')
  if (refusal.status >= 500) request.log.error({ err: error }, refusal.message)
  return refusal
}

/** Seconds. */
function waitOf({ details }: Refusal): number {
  const wait =
    typeof details === 'object' && details !== null && 'retryAfterSeconds' in details && details.retryAfterSeconds
  return typeof wait === 'number' ? wait : 1
}

function send(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer')
  if (refusal.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  if (refusal.status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', String(waitOf(refusal)))
  return reply.code(refusal.status).type('application/json; charset=utf-8').send(failure(refusal))
}
