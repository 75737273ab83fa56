import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Call, Context, EnrollmentContext } from '../context.ts'
import { invalid } from '../errors/refusal.ts'
import type { Target } from '../middleware/multi-tenant/question.ts'
import { operations } from '../policy/operations.ts'
import type { Operation, Rule } from '../policy/operations.ts'
import { entityTag, isKnown } from '../policy/preconditions.ts'
import type { FileAnswer } from '../types/file-answer.ts'
import { refusals } from './refusals.ts'
import { isFile, sendFile } from './send-file.ts'

type Shape = z.ZodType
type ValueOf<S extends Shape | undefined> = S extends Shape ? z.output<S> : undefined
type RuleOf<O extends Operation> = (typeof operations)[O]
/** Public operations know no principal, those of enrollment perhaps none; the type says so. */
type ContextOf<O extends Operation> =
  RuleOf<O> extends 'public' ? Call : RuleOf<O> extends 'enrollment' ? EnrollmentContext : Context

interface Declaration<
  O extends Operation,
  P extends Shape | undefined,
  Q extends Shape | undefined,
  B extends Shape | undefined,
  D extends Shape,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  /** Names the row of `policy/operations.ts`. */
  readonly operation: O
  readonly summary: string
  /** Which path parameter names whose data it is, where one does. */
  readonly target?: Target
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly data: D
  readonly status?: 200 | 201
  /** The answer leaves without the envelope: for shapes that a standard fixes, outside `/api`. */
  readonly raw?: true | 'text/plain'
  /** Media types of the files that it can answer with. */
  readonly files?: readonly string[]
  /** Honours `Idempotency-Key`: for what creates or moves something. */
  readonly idempotent?: true
  /** Its answer has a version: who has that one already (`If-None-Match`) gets 304. */
  readonly conditional?: true
  readonly handle: (given: Given<O, P, Q, B>) => Promise<z.input<D> | FileAnswer> | z.input<D>
}

interface Given<
  O extends Operation,
  P extends Shape | undefined,
  Q extends Shape | undefined,
  B extends Shape | undefined,
> {
  readonly context: ContextOf<O>
  readonly params: ValueOf<P>
  readonly query: ValueOf<Q>
  readonly body: ValueOf<B>
  /** For what is not in the shapes: cookies. */
  readonly http: Http
}

export interface Http {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** A declaration whose types have been checked against each other, ready to be mounted. */
export interface Endpoint {
  readonly operation: Operation
  mount(app: FastifyInstance, tag: string, contextOf: (request: FastifyRequest) => Call): void
}

const nothing = z.strictObject({})

/** The one way to declare an endpoint. Unknown fields are refused, undeclared ones of the answer never leave. */
export function endpoint<
  O extends Operation,
  D extends Shape,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends Shape | undefined = undefined,
>(declared: Declaration<O, P, Q, B, D>): Endpoint {
  const { method, url, operation, target, data, status = 200, raw, files, handle } = declared
  const text = raw === 'text/plain'
  const envelope = z.object({ success: z.literal(true), data, message: z.string().optional() })
  const answer = (raw ? data : envelope).describe('Done')
  return {
    operation,
    mount(app, tag, contextOf) {
      app.route({
        method,
        url,
        prefixTrailingSlash: 'no-slash',
        // Those who only watch whether the server is up ask for the headers alone.
        exposeHeadRoute: operation === 'operations.probe',
        config: { operation, target: target ?? null, idempotent: declared.idempotent ?? false },
        schema: {
          tags: [tag],
          summary: declared.summary,
          description: whoMay(operations[operation]),
          operationId: operationId(method, tag, url),
          security: operations[operation] === 'public' ? [] : [{ bearer: [] }],
          params: declared.params ?? nothing,
          querystring: declared.query ?? nothing,
          ...(declared.body && { body: declared.body }),
          response: {
            [status]: text || files ? { description: 'Done', content: contentOf(declared, answer) } : answer,
            ...(declared.conditional && { 304: z.null().describe('Not changed: see If-None-Match') }),
            ...refusals(operations[operation], { params: 'params' in declared, body: 'body' in declared }),
          },
        },
        handler: async (request, reply) => {
          if (!declared.body) refuseBody(request)
          const value = await handle({
            context: contextOf(request) as ContextOf<O>,
            params: request.params as ValueOf<P>,
            query: request.query as ValueOf<Q>,
            body: request.body as ValueOf<B>,
            http: { request, reply },
          })
          reply.code(status)
          if (isFile(value)) return sendFile(reply, value)
          if (isUnchanged(request, reply, value)) return reply.code(304).send()
          if (text) reply.type(`${raw}; charset=utf-8`)
          return reply.send(raw ? value : { success: true, data: value })
        },
      })
    },
  }
}

/** What has a version carries it as `ETag`. Whether its reader has that one already. */
function isUnchanged(request: FastifyRequest, reply: FastifyReply, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('version' in value)) return false
  const { version } = value
  if (typeof version !== 'number' && typeof version !== 'string') return false
  reply.header('etag', entityTag(version))
  return request.method === 'GET' && isKnown(request.headers['if-none-match'], version)
}

/** By media type. What is raw and answers with files answers with nothing else. */
function contentOf({ raw, files = [] }: Pick<AnyDeclaration, 'raw' | 'files'>, answer: Shape): Content {
  const type = raw === 'text/plain' ? raw : 'application/json'
  const told = raw === true && files.length > 0 ? [] : [[type, { schema: answer }] as const]
  return Object.fromEntries([...told, ...files.map((file) => [file, { schema: binary }] as const)])
}

type Content = Record<string, { schema: Shape }>
type AnyDeclaration = Declaration<Operation, undefined, undefined, undefined, Shape>
const binary = z.string().meta({ format: 'binary' })

/** An endpoint that declares no body takes none, or an empty object. */
function refuseBody({ body }: FastifyRequest): void {
  const isEmpty = body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
  if (!isEmpty || Array.isArray(body)) throw invalid('', 'This endpoint takes no body')
}

/** `GET /:id/users` under `organizations` → `get_organizations_by_id_users`. */
function operationId(method: string, tag: string, url: string): string {
  const path = url
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/^:/, 'by_'))
  return [method.toLowerCase(), tag, ...path].join('_').replaceAll(/[^A-Za-z0-9]+/g, '_')
}

function whoMay(rule: Rule): string {
  if (rule === 'public') return 'For everybody.'
  if (rule === 'account') return 'For everybody who is signed in.'
  if (rule === 'enrollment') return 'For everybody who is signed in, or holds an enrollment token.'
  return `For the roles ${Object.keys(rule).join(', ')}.`
}
