import type { FastifyRequest } from 'fastify'
import type { House } from '../app.ts'
import type { Refusal } from '../errors/refusal.ts'
import { recordDenial } from '../services/audit.service.ts'

/** A refusal to somebody known leaves its event before they hear of it. */
export async function recordRefusal({ asked, url }: FastifyRequest, house: House, refusal: Refusal): Promise<void> {
  if (!asked?.principal || refusal.status !== 403 || refusal.recorded) return
  await recordDenial({ ...asked, principal: asked.principal, db: house.identity }, refusal, {
    operation: asked.operation,
    path: url.split('?', 1)[0] ?? '',
    orgId: asked.tenant?.orgId ?? null,
  })
}
