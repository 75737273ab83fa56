import createClient from 'openapi-fetch'
import type { components, paths } from './schema.d.ts'

export type Schemas = components['schemas']

/** What the server refused, in its own words. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: unknown

  constructor({ error, message, details }: { error: string; message: string; details?: unknown }, status: number) {
    super(message)
    this.code = error
    this.status = status
    this.details = details
  }
}

const UNREACHABLE = {
  error: 'unreachable',
  message: 'The server cannot be reached. Check the connection and try again.',
}
const OVER = new Set(['token_expired', 'session_revoked', 'unauthenticated'])

// Lives as long as the page, and nowhere else: what outlives it is the refresh cookie, which no script can read.
let accessToken: string | null = null
let refreshing: Promise<boolean> | null = null
let whenEnded = (): void => undefined
let whenProofNeeded = (): Promise<boolean> => Promise.resolve(false)

export function remember(token: string | null): void {
  accessToken = token
}

/** Called when a session that was in use has ended. */
export function onSessionEnd(listener: () => void): void {
  whenEnded = listener
}

/** Called when the server wants a fresh proof of who calls; resolves with whether it was given. */
export function onProofNeeded(asker: () => Promise<boolean>): void {
  whenProofNeeded = asker
}

/** With the access token; renews it once when it has run out, and repeats the call after a fresh proof that was wanted. */
async function authorizedFetch(request: Request): Promise<Response> {
  const again = (): Promise<Response> => send(request.clone())
  const first = await again()
  if (request.headers.has('authorization') || first.status !== 401 || accessToken === null) return first
  const error = await codeOf(first)
  if (error === 'token_expired' && (await refresh())) return proven(await again(), again)
  if (OVER.has(error)) {
    remember(null)
    whenEnded()
  }
  return proven(first, again)
}

async function proven(first: Response, again: () => Promise<Response>): Promise<Response> {
  const wanted = first.status === 401 && (await codeOf(first)) === 'step_up_required'
  return wanted && (await whenProofNeeded()) ? again() : first
}

async function send(request: Request): Promise<Response> {
  if (accessToken !== null && !request.headers.has('authorization')) {
    request.headers.set('authorization', `Bearer ${accessToken}`)
  }
  try {
    return await fetch(request)
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw new ApiError(UNREACHABLE, 0)
  }
}

async function codeOf(response: Response): Promise<string> {
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : ''
}

export const api = createClient<paths>({ fetch: authorizedFetch })

/** Exchanges the cookie for a new access token; several callers share one exchange. @returns whether there is a session */
export function refresh(): Promise<boolean> {
  refreshing ??= exchange().finally(() => {
    refreshing = null
  })
  return refreshing
}

async function exchange(): Promise<boolean> {
  const request = new Request('/api/auth/refresh?transport=cookie', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const response = await fetch(request).catch(() => null)
  if (response === null) throw new ApiError(UNREACHABLE, 0)
  const answer = (await response.json()) as { success: true; data: { accessToken: string } } | Failure
  if (response.status === 401) return false
  if (!answer.success) throw new ApiError(answer, response.status)
  remember(answer.data.accessToken)
  return true
}

type Failure = { success: false; error: string; message: string; details?: unknown }
interface Answer<T> {
  data?: { success: true; data: T }
  error?: unknown
  response: Response
}

/**
 * What an answer of the server carries.
 * @throws ApiError
 */
export async function ask<T>(answering: Promise<Answer<T>>): Promise<T> {
  return (await askTagged(answering)).data
}

/** The same with the version of what was read, for `If-Match`. */
export async function askTagged<T>(answering: Promise<Answer<T>>): Promise<{ data: T; tag: string | null }> {
  const { data, error, response } = await answering
  if (data !== undefined) return { data: data.data, tag: response.headers.get('etag') }
  throw new ApiError(isFailure(error) ? error : UNREADABLE, response.status)
}

const UNREADABLE = { error: 'unreadable', message: 'The server gave an answer that could not be read. Try again.' }

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'error' in value && 'message' in value
