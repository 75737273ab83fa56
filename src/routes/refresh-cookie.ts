import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Call } from '../context.ts'
import { invalid, Refusal } from '../errors/refusal.ts'
import type { Transport } from '../types/auth.ts'
import type { Http } from './endpoint.ts'

interface Given {
  readonly context: Call
  readonly query: Transport
  readonly http: Http
}

/**
 * Answers with the refresh token where the caller wants it: in the body, or in a cookie that no script can read. Where cookies
 * are used, calls from other sites are refused.
 */
export async function overTransport<T extends object>(given: Given, work: () => Promise<T>): Promise<T> {
  if (given.query.transport !== 'cookie') return work()
  const { context, http } = given
  refuseOtherSites(http.request, context.settings.publicUrl)
  const { refreshToken, ...answer } = (await work()) as T & { refreshToken?: string }
  const { name, options } = cookieAt(context.settings.publicUrl)
  if (refreshToken !== undefined) http.reply.setCookie(name, refreshToken, options)
  return answer as T
}

/** @throws Refusal where there is none */
export function presentedToken(
  { context, query, http }: Given,
  body: { refreshToken?: string | undefined } | null,
): string {
  if (query.transport !== 'cookie') {
    if (body?.refreshToken === undefined) throw invalid('refreshToken', 'Required')
    return body.refreshToken
  }
  const token = http.request.cookies[cookieAt(context.settings.publicUrl).name]
  if (token === undefined) throw new Refusal('unauthenticated')
  return token
}

/** Takes the cookie back where one was given. */
export async function clearCookie<T extends object>(given: Given, work: () => Promise<T>): Promise<T> {
  const answer = await overTransport(given, work)
  const { name, options } = cookieAt(given.context.settings.publicUrl)
  if (given.query.transport === 'cookie') given.http.reply.clearCookie(name, options)
  return answer
}

/** `__Host-` binds it to exactly this host over TLS; browsers do not take it from plain http, which is for one's own machine alone. */
function cookieAt(publicUrl: string): { name: string; options: CookieSerializeOptions } {
  const { protocol, hostname } = new URL(publicUrl)
  const local = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return {
    name: local ? 'castellan_refresh' : '__Host-castellan_refresh',
    options: { httpOnly: true, secure: !local, sameSite: 'strict', path: '/' },
  }
}

/** Browsers say where a call comes from (Fetch Metadata); those that do not, say at least its origin. */
function refuseOtherSites({ headers }: FastifyRequest, publicUrl: string): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') throw new Refusal('forbidden')
    return
  }
  if (headers.origin !== undefined && headers.origin !== new URL(publicUrl).origin) throw new Refusal('forbidden')
}
