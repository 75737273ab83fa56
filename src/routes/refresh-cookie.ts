import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Call } from '../context.ts'
import { invalid, Refusal } from '../errors/refusal.ts'
import type { Transport } from '../types/auth.ts'
import type { Http } from './endpoint.ts'

const DEVICE_SECONDS = 365 * 24 * 3600

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
  const { refreshToken, deviceToken, ...answer } = (await work()) as T & { refreshToken?: string; deviceToken?: string }
  const { refresh, device, options } = cookiesAt(context.settings.publicUrl)
  if (refreshToken !== undefined) http.reply.setCookie(refresh, refreshToken, options)
  if (deviceToken !== undefined) http.reply.setCookie(device, deviceToken, { ...options, maxAge: DEVICE_SECONDS })
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
  const token = http.request.cookies[cookiesAt(context.settings.publicUrl).refresh]
  if (token === undefined) throw new Refusal('unauthenticated')
  return token
}

/** The device that a browser shows itself to be. What its cookie holds proves nothing but that. */
export function onDevice({ context, query, http }: Given): { device: string | null; keepsCookies: boolean } {
  const { device } = cookiesAt(context.settings.publicUrl)
  return { device: http.request.cookies[device] ?? null, keepsCookies: query.transport === 'cookie' }
}

/** Takes the cookie back where one was given. */
export async function clearCookie<T extends object>(given: Given, work: () => Promise<T>): Promise<T> {
  const answer = await overTransport(given, work)
  const { refresh, options } = cookiesAt(given.context.settings.publicUrl)
  if (given.query.transport === 'cookie') given.http.reply.clearCookie(refresh, options)
  return answer
}

/** `__Host-` binds it to exactly this host over TLS; browsers do not take it from plain http, which is for one's own machine alone. */
function cookiesAt(publicUrl: string): { refresh: string; device: string; options: CookieSerializeOptions } {
  const { protocol, hostname } = new URL(publicUrl)
  const local = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  const prefix = local ? '' : '__Host-'
  return {
    refresh: `${prefix}castellan_refresh`,
    device: `${prefix}castellan_device`,
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
