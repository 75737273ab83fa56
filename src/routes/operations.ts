import { z } from 'zod'
import type { House } from '../app.ts'
import { Refusal } from '../errors/refusal.ts'
import { endpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

const DAY_MS = 86_400_000
/** RFC 9116 asks for less than a year. */
const CONTACT_DAYS = 360

export const operations = (house: House): Endpoint[] => {
  const securityTxt = contactAsOf(house.clock(), house.settings.publicUrl)
  return [
    endpoint({
      method: 'GET',
      url: '/healthz',
      operation: 'operations.probe',
      summary: 'Whether the process is alive',
      data: z.object({ status: z.literal('alive') }),
      handle: () => ({ status: 'alive' as const }),
    }),
    endpoint({
      method: 'GET',
      url: '/readyz',
      operation: 'operations.probe',
      summary: 'Whether requests can be answered: 503 without the database and while the server is going down',
      data: z.object({ status: z.literal('ready') }),
      handle: async ({ http }) => {
        if (http.request.server.isClosing()) throw new Refusal('unavailable')
        await house.database.ping().catch(() => {
          throw new Refusal('unavailable')
        })
        return { status: 'ready' as const }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/openapi.json',
      operation: 'operations.read',
      summary: 'This description, as OpenAPI 3.1',
      raw: true,
      data: z.record(z.string(), z.unknown()),
      handle: ({ http }) => ({ ...http.request.server.swagger() }),
    }),
    endpoint({
      method: 'GET',
      url: '/.well-known/security.txt',
      operation: 'operations.read',
      summary: 'Where to report a vulnerability (RFC 9116)',
      raw: 'text/plain',
      data: z.string(),
      handle: () => securityTxt,
    }),
  ]
}

/** The mailbox that RFC 2142 reserves for it, where the service is published. */
function contactAsOf(now: Date, publicUrl: string): string {
  return [
    `Contact: mailto:security@${new URL(publicUrl).hostname}`,
    `Expires: ${new Date(now.getTime() + CONTACT_DAYS * DAY_MS).toISOString()}`,
    'Preferred-Languages: en',
    `Canonical: ${publicUrl}/.well-known/security.txt`,
    '',
  ].join('\n')
}
