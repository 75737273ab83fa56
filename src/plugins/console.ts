import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors/refusal.ts'
import { MAX_PARAMETER_LENGTH } from './http-edge.ts'

/** Where `npm run build` puts it; `npm start` does so by itself. */
const BUNDLE = fileURLToPath(new URL('../../console/dist/', import.meta.url))
const NOT_BUILT = 'The console is not built. Run `npm run build` where Castellan was installed, and start it again.\n'

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

/** A name that carries the hash of what is in it never means anything else. */
const FOREVER = 'public, max-age=31536000, immutable'

/** Addresses that hold a secret: nobody may keep the page. */
const SECRET = /^\/(?:invitations|password-reset)\//
/** What is not a page, whatever is asked for: the API, files, and what operators ask. */
const NO_PAGE = /^\/(?:api|assets|docs)(?:\/|$)|\.\w{1,12}$|\/\/|%2f|\/\./i

/**
 * The console at `/` and behind every address of its own pages, which only a browser asks for as HTML. No endpoint of the API.
 * Each asset is a route of its own, so that no path of a request is ever turned into a path of the disk.
 */
export async function serveConsole(app: FastifyInstance): Promise<void> {
  const built = existsSync(`${BUNDLE}index.html`)
  if (built) {
    await app.register(files, {
      root: BUNDLE,
      prefix: '/',
      wildcard: false,
      index: false,
      acceptRanges: false,
      cacheControl: false,
      preCompressed: true,
      globIgnore: ['index.html', 'built-from', '**/*.gz'],
      setHeaders: (reply, path) => {
        if (reply.hasHeader('cache-control')) return
        reply.header('cache-control', path.startsWith(`${BUNDLE}assets/`) ? FOREVER : 'no-cache')
      },
    })
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    schema: { hide: true },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const path = request.url.split('?', 1)[0] ?? '/'
      if (isEndless(path)) throw new Refusal('validation_failed')
      if (path !== '/' && !isPage(path, request.headers.accept)) throw new Refusal('not_found')
      if (!built) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .header('cache-control', SECRET.test(path) ? 'no-store' : 'no-cache')
        .sendFile('index.html', BUNDLE)
    },
  })
}

/** A parameter too long for its route ends up here, where everything does. */
const isEndless = (path: string): boolean => path.split('/').some((part) => part.length > MAX_PARAMETER_LENGTH)

const isPage = (path: string, accept = ''): boolean => accept.includes('text/html') && !NO_PAGE.test(path)
