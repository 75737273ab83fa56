import { remindOfEndingAccess, updateAccess } from '../services/multi-tenant.service.ts'
import { readAllNotifications } from '../services/notification.service.ts'
import { attends } from './arrivals.ts'
import { daysAfter, isWorkday, momentIn } from './calendar.ts'
import type { Chance } from './chance.ts'
import { joins } from './customers.ts'
import type { Customer } from './customers.ts'
import { revokes } from './deeds.ts'
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
