import { createHash } from 'node:crypto'
import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'

const SCRIPT = '/docs/scalar.js'

interface Reference {
  page: string
  script: string
  policy: string
}

/** The API's description for people, at `/docs`: from here alone, no other origin is asked for anything. */
export function serveApiReference(app: FastifyInstance): void {
  let rendered: Promise<Reference> | null = null
  const reference = (): Promise<Reference> => (rendered ??= render())

  app.get('/docs', async (_request, reply) => {
    const { page, policy } = await reference()
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page)
  })
  app.get(SCRIPT, async (_request, reply) => {
    const { script } = await reference()
    return reply.type('text/javascript; charset=utf-8').header('cache-control', 'max-age=3600').send(script)
  })
}

/** When first asked for, and once: the renderer costs 110 ms and 35 MB that a server without readers need not pay. */
async function render(): Promise<Reference> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const renderer = fastify()
  await renderer.register(scalar, { routePrefix: '/docs', configuration })
  const page = (await renderer.inject('/docs/')).body
  const script = (await renderer.inject('/docs/js/scalar.js')).body
  await renderer.close()
  return { page, script, policy: policyOf(page) }
}

const configuration = {
  url: '/openapi.json',
  cdn: SCRIPT,
  pageTitle: 'Castellan API',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
} as const

/** The page's own inline scripts run, and the bundle; styles are set by the bundle as it goes. */
function policyOf(page: string): string {
  const inline = [...page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, source = '']) => source).filter(Boolean)
  const hashes = inline.map((source) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`)
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
