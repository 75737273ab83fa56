import { fileURLToPath } from 'node:url'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const ROOT = fileURLToPath(new URL('../../console/', import.meta.url))

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/**
 * The page for people: at `/`, and behind the links of invitations and new passwords, which nobody may keep for the secrets in them. No endpoint of the API.
 * Each asset is a route of its own, so that no path of a request is ever turned into a path of the disk.
 */
export async function serveConsole(app: FastifyInstance): Promise<void> {
  await app.register(files, {
    root: `${ROOT}assets`,
    prefix: '/assets/',
    wildcard: false,
    index: false,
    acceptRanges: false,
    cacheControl: false,
    setHeaders: (reply) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
    },
  })
  mountPage(app, '/')
  mountPage(app, '/invitations/:token', 'no-store')
  mountPage(app, '/password-reset/:token', 'no-store')
}

function mountPage(app: FastifyInstance, url: string, caching = 'no-cache'): void {
  app.route({
    method: ['GET', 'HEAD'],
    url,
    schema: { hide: true },
    handler: async (_request: FastifyRequest, reply: FastifyReply) =>
      reply
        .header('content-security-policy', PAGE_POLICY)
        .header('cache-control', caching)
        .sendFile('index.html', ROOT),
  })
}
