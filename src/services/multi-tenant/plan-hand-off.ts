import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { isLive } from '../../policy/grant-rules.ts'
import { startFromNow, widerOf } from '../../policy/hand-off-rules.ts'
import type { Grant, Grantee } from '../../types/grant.ts'
import type { HandOffAccess, Skipped } from '../../types/hand-off.ts'
import { factsOf } from './facts-of-grant.ts'

export interface Move {
  readonly source: Grant
  /** What the receiver held there before; null when nothing. */
  readonly held: Grant | null
  /** What they hold there afterwards. */
  readonly target: Grant
}

export interface HandOffPlan {
  readonly moves: readonly Move[]
  readonly skipped: readonly Skipped[]
  /** The receiver's that have expired and are not marked so yet: they would stand in the way. */
  readonly overtaken: readonly Grant[]
}

export interface HandOffFacts {
  /** Of both people, on every customer concerned. */
  readonly grants: readonly Grant[]
  readonly receiver: Grantee
}

/** What becomes of each grant of the one who hands over. A suspended customer's move too: it must not wake up with the wrong person. */
export function planHandOff(ctx: Context, { grants, receiver }: HandOffFacts, asked: HandOffAccess): HandOffPlan {
  const own = grants.filter((grant) => grant.technicianId === asked.fromTechnicianId && isLive(grant.status))
  const received = grants.filter((grant) => grant.technicianId === receiver.id && !isEmergency(grant))
  const heldAt = new Map(received.filter(({ status }) => isLive(status)).map((grant) => [grant.customerOrgId, grant]))
  const moves: Move[] = []
  const skipped = nothingAt(asked, own)
  for (const source of own) {
    const held = heldAt.get(source.customerOrgId) ?? null
    const target = held ? merged(ctx, held, source) : given(ctx, { source, receiver, reason: asked.reason })
    if (isEmergency(source)) skipped.push({ customerOrgId: source.customerOrgId, reason: 'emergency_grant' })
    else if (target === null) skipped.push({ customerOrgId: source.customerOrgId, reason: 'merge_would_widen' })
    else moves.push({ source, held, target })
  }
  return { moves, skipped, overtaken: received.filter(({ status }) => !isLive(status)) }
}

const isEmergency = ({ accessLevel }: Grant): boolean => accessLevel === 'emergency'

function nothingAt({ customerOrgIds = [] }: HandOffAccess, own: readonly Grant[]): Skipped[] {
  const there = new Set(own.map(({ customerOrgId }) => customerOrgId))
  return customerOrgIds
    .filter((id) => !there.has(id))
    .map((customerOrgId) => ({ customerOrgId, reason: 'no_active_grant' }))
}

/** The same access for somebody else: level, services, restrictions and end; nothing of what was noted or done under it. */
const given = (
  ctx: Context,
  { source, receiver, reason }: { source: Grant; receiver: Grantee; reason: string },
): Grant => ({
  ...source,
  ...begun(ctx, source),
  id: uuidv7(),
  technicianId: receiver.id,
  technician: receiver,
  grantedBy: ctx.principal.userId,
  grantedAt: ctx.now.toISOString(),
  reason,
  notes: null,
  lastUsedAt: null,
  usageCount: 0,
})

/** The receiver's grant on the terms of the wider of the two, whole; null when neither is. */
function merged(ctx: Context, held: Grant, source: Grant): Grant | null {
  const wider = widerOf(factsOf(held), factsOf(source), ctx.now)
  if (wider === 'held') return held
  if (wider === null) return null
  const { accessLevel, allowedServices, ipRestrictions, timeRestrictions, expiresAt } = source
  const start = held.status === 'active' ? {} : begun(ctx, source)
  return { ...held, ...start, accessLevel, allowedServices, ipRestrictions, timeRestrictions, expiresAt }
}

function begun({ now }: Context, source: Grant): Pick<Grant, 'startsAt' | 'status'> {
  const startsAt = startFromNow(new Date(source.startsAt), now)
  return { startsAt: startsAt.toISOString(), status: startsAt > now ? 'scheduled' : 'active' }
}
