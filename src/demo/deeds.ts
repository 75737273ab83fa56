import {
  bulkRevoke,
  handOffAccess,
  resetMfa,
  revokeAccess,
  updateOrganization,
  updateUser,
} from '../services/multi-tenant.service.ts'
import { arrive, attends, minutesAfter } from './arrivals.ts'
import type { Customer } from './customers.ts'
import type { Held } from './grants.ts'
import { staffOf } from './play.ts'
import type { Play } from './play.ts'
import type { Player } from './stage.ts'

export async function revokes(
  play: Play,
  revoking: { held: Held; by: Player; at: Date; reason: string },
): Promise<void> {
  const { held, by, at, reason } = revoking
  await attends(play.stage, by, at)
  await revokeAccess(play.stage.as(by, at, 'access.revoke'), held.grant.id, [reason])
  held.over = true
}

/** Somebody hands over what they look after, and is away or not. */
export async function handsOver(
  play: Play,
  handing: { from: Player; to: Player; at: Date; reason: string; keeps: boolean },
): Promise<void> {
  const { from, to, at, reason, keeps } = handing
  const [by] = staffOf(play, 'account_manager')
  if (by === undefined) return
  await attends(play.stage, by, at)
  const { transferred } = await handOffAccess(play.stage.as(by, at, 'access.hand-off'), {
    ...{ fromTechnicianId: from.id, toTechnicianId: to.id, reason },
    ...{ maintainOriginalAccess: keeps, dryRun: false },
  })
  for (const { fromGrantId, toGrantId, outcome } of transferred) {
    const held = play.held.find(({ grant }) => grant.id === fromGrantId)
    if (held === undefined || toGrantId === null) continue
    if (outcome === 'created') {
      const grant = { ...held.grant, id: toGrantId, technicianId: to.id, grantedAt: at.toISOString() }
      play.held.push({ ...held, grant, technician: to, idle: false, over: false })
    }
    held.over = !keeps
  }
}

export async function suspends(play: Play, player: Player, at: Date): Promise<void> {
  const [by] = staffOf(play, 'super_admin')
  if (by === undefined) return
  await attends(play.stage, by, at)
  await updateUser(play.stage.as(by, at, 'users.update'), player.id, { status: 'suspended' })
  player.away = true
  player.session = null
}

export async function changesRole(play: Play, customer: Customer, at: Date): Promise<void> {
  const [by] = customer.people
  const raised = customer.people.find(({ role }) => role === 'basic_user')
  if (by === undefined || raised === undefined) return
  await attends(play.stage, by, at)
  await updateUser(play.stage.as(by, at, 'users.update'), raised.id, { role: 'report_viewer' })
  raised.session = null
  raised.away = true
}

/** Somebody has lost their phone. */
export async function losesPhone(play: Play, player: Player, at: Date): Promise<void> {
  const [by] = staffOf(play, 'super_admin')
  if (by === undefined || !player.mfaEnabled) return
  await attends(play.stage, by, at)
  await resetMfa(play.stage.as(by, at, 'users.manage'), player.id)
  player.mfaEnabled = false
  await arrive(play.stage, player, minutesAfter(at, 20))
}

/** Its people cannot sign in, and nobody reaches it. */
export async function closes(play: Play, customer: Customer, at: Date): Promise<void> {
  await changesStatus(play, customer, { at, status: 'suspended' })
  customer.closed = true
  for (const player of customer.people) player.session = null
}

export async function reopens(play: Play, customer: Customer, at: Date): Promise<void> {
  await changesStatus(play, customer, { at, status: 'active' })
  customer.closed = false
}

async function changesStatus(
  play: Play,
  { id }: Customer,
  { at, status }: { at: Date; status: 'active' | 'suspended' },
): Promise<void> {
  const [by] = staffOf(play, 'super_admin')
  if (by === undefined) return
  await attends(play.stage, by, at)
  await updateOrganization(play.stage.as(by, at, 'organizations.update'), id, { status })
}

export async function takesAllBack(play: Play, customer: Customer, at: Date): Promise<void> {
  const [by] = staffOf(play, 'super_admin')
  if (by === undefined) return
  await attends(play.stage, by, at)
  const ctx = play.stage.as(by, at, 'access.bulk-revoke')
  await bulkRevoke(ctx, { customerOrgId: customer.id, reason: 'The contract has ended', dryRun: false })
  for (const held of play.held) if (held.customer === customer) held.over = true
}
