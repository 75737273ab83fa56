import {
  bulkRevoke,
  handOffAccess,
  remindOfEndingAccess,
  resetMfa,
  revokeAccess,
  updateAccess,
  updateOrganization,
  updateUser,
} from '../services/multi-tenant.service.ts'
import { readAllNotifications } from '../services/notification.service.ts'
import { arrive, attends, minutesAfter } from './arrivals.ts'
import { daysAfter, isWorkday, momentIn } from './calendar.ts'
import type { Chance } from './chance.ts'
import { joins } from './customers.ts'
import type { Customer } from './customers.ts'
import { endsBy, grants, isLiveAt, restrictionsFor } from './grants.ts'
import type { Held } from './grants.ts'
import { managerOf, servedBy, staffOf } from './play.ts'
import type { Act, Play } from './play.ts'
import type { Player } from './stage.ts'
import { projectReasons, revokedReasons } from './words.ts'

/** So many are asked in at the end, and have not answered. */
const STILL_EXPECTED = 7
const OFFICE_HOURS = [7.5, 15.5] as const

/** What is decided on a working day: who gets access, keeps it, loses it; who joins. */
export function decisionsOf(play: Play, chance: Chance, day: Date): Act[] {
  if (!isWorkday(day)) return remindersOf(play, day)
  const count = (expected: number): unknown[] => Array.from({ length: Math.floor(expected + chance.next()) })
  const at = (): Date => momentIn(chance, day, OFFICE_HOURS)
  return [
    ...remindersOf(play, day),
    ...count(1.6).map(() => projectBegins(play, chance, at())),
    ...count(0.55).map(() => accessIsTakenBack(play, chance, at())),
    ...count(0.6).map(() => accessIsChanged(play, chance, at())),
    ...count(1.7).map(() => somebodyJoins(play, chance, at())),
    ...staffOf(play, 'super_admin').map((player) => readsNews(play, player, at())),
    ...staffOf(play, 'account_manager').map((player) => readsNews(play, player, at())),
  ]
}

const remindersOf = ({ stage }: Play, day: Date): Act[] =>
  [5, 11, 17].map((hour) => {
    const at = new Date(day.getTime() + hour * 3_600_000)
    return { at, run: () => remindOfEndingAccess(stage.tick(at)) }
  })

/** Access for some days or weeks; a few are agreed on before they begin. */
function projectBegins(play: Play, chance: Chance, at: Date): Act {
  return { at, run: begins }

  async function begins(): Promise<void> {
    const pair = freePair(play, chance, at)
    if (pair === null) return
    const { technician, customer } = pair
    const startsAt = chance.holds(0.15) ? daysAfter(at, chance.between(2, 12)) : at
    const terms = {
      accessLevel: chance.holds(0.55) ? ('full_access' as const) : ('read_only' as const),
      startsAt: startsAt.toISOString(),
      expiresAt: daysAfter(startsAt, chance.pick([3, 5, 7, 10, 14, 14, 21, 30, 45])).toISOString(),
      reason: chance.pick(projectReasons),
      ...restrictionsFor(chance, customer, technician),
      ...(chance.holds(0.2) && { notes: 'Agreed with the customer by phone; confirmation is in the ticket.' }),
    }
    const by = managerOf(play, chance)
    play.held.push(await grants(play.stage, { by, at, technician, customer, terms, idle: chance.holds(0.12) }))
  }
}

/** A technician and a customer between whom there is nothing yet. */
function freePair(play: Play, chance: Chance, at: Date): { technician: Player; customer: Customer } | null {
  const technician = chance.pick(staffOf(play, 'technician'))
  const taken = play.held.filter((held) => held.technician === technician && !held.over && !endsBy(held.grant, at))
  const free = servedBy(play).filter((customer) => !taken.some((held) => held.customer === customer))
  return free.length === 0 ? null : { technician, customer: chance.pick(free) }
}

const standing = ({ held }: Play, at: Date): Held[] =>
  held.filter((one) => isLiveAt(one, at) && one.grant.accessLevel !== 'emergency' && !one.customer.closed)

function accessIsTakenBack(play: Play, chance: Chance, at: Date): Act {
  return { at, run: takesBack }

  async function takesBack(): Promise<void> {
    const temporary = standing(play, at).filter(({ grant, idle }) => grant.expiresAt !== null || idle)
    if (temporary.length === 0) return
    await revokes(play, {
      held: chance.pick(temporary),
      by: managerOf(play, chance),
      at,
      reason: chance.pick(revokedReasons),
    })
  }
}

export async function revokes(
  play: Play,
  revoking: { held: Held; by: Player; at: Date; reason: string },
): Promise<void> {
  const { held, by, at, reason } = revoking
  await attends(play.stage, by, at)
  await revokeAccess(play.stage.as(by, at, 'access.revoke'), held.grant.id, [reason])
  held.over = true
}

/** Longer, deeper, or for fewer services. */
function accessIsChanged(play: Play, chance: Chance, at: Date): Act {
  return { at, run: changes }

  async function changes(): Promise<void> {
    const some = standing(play, at)
    if (some.length === 0) return
    const held = chance.pick(some)
    const { expiresAt } = held.grant
    const longer =
      expiresAt === null ? {} : { expiresAt: daysAfter(new Date(expiresAt), chance.pick([7, 14, 30])).toISOString() }
    const deeper = {
      accessLevel: held.grant.accessLevel === 'read_only' ? ('full_access' as const) : ('read_only' as const),
    }
    const narrower = { allowedServices: chance.some(held.customer.company.services, 2) }
    const change = expiresAt !== null && chance.holds(0.6) ? longer : chance.pick([deeper, narrower])
    const by = managerOf(play, chance)
    await attends(play.stage, by, at)
    const { version: _version, ...grant } = await updateAccess(
      play.stage.as(by, at, 'access.update'),
      held.grant.id,
      change,
    )
    play.held.splice(play.held.indexOf(held), 1, { ...held, grant })
  }
}

function somebodyJoins(play: Play, chance: Chance, at: Date): Act {
  return { at, run: join }

  async function join(): Promise<void> {
    const waiting = servedBy(play).filter(({ expected, people }) => expected.length > 0 && people.length > 0)
    if (waiting.flatMap(({ expected }) => expected).length <= STILL_EXPECTED) return
    const customer = chance.pick(waiting)
    const [character] = customer.expected.splice(0, 1)
    const by = customer.people.find(({ role, away }) => role === 'admin' && !away)
    if (character && by) await joins(play.stage, chance, { customer, character, by, at, accounts: play.accounts })
  }
}

function readsNews({ stage }: Play, player: Player, at: Date): Act {
  return { at, run: reads }

  async function reads(): Promise<void> {
    if (stage.end.getTime() - at.getTime() < 3 * 86_400_000) return
    await attends(stage, player, at)
    await readAllNotifications(stage.as(player, at, 'notifications.own'))
  }
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
