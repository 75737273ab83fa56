import { Refusal } from '../errors/refusal.ts'
import { recordDenial } from '../services/audit.service.ts'
import { signIn, signOut, verifySecondFactor } from '../services/auth.service.ts'
import { attends, minutesAfter, signsIn } from './arrivals.ts'
import { isWorkday, momentIn, workingHours } from './calendar.ts'
import type { Chance } from './chance.ts'
import { uses } from './emergencies.ts'
import { isLiveAt } from './grants.ts'
import type { Held } from './grants.ts'
import { servedBy } from './play.ts'
import type { Act, Play } from './play.ts'
import type { Player } from './stage.ts'
import { services } from './companies.ts'
import type { Service } from './companies.ts'
import { deedWith } from './words.ts'

/** What somebody does on an ordinary day, for themselves. */
export interface Routine {
  readonly player: Player
  readonly acts: readonly Act[]
}

export function routineOf(play: Play, chance: Chance, day: Date): Routine[] {
  const quiet = !isWorkday(day)
  const staff = play.provider.staff.filter(({ away }) => !away)
  const members = servedBy(play).flatMap(({ people }) => people.filter(({ away }) => !away))
  return [...staff, ...members]
    .filter(({ diligence }) => chance.holds(quiet ? diligence / 9 : diligence))
    .map((player) => ({
      player,
      acts: dayOf(play, chance.branch(`${day.toISOString()} ${player.email}`), { player, day }),
    }))
}

interface Today {
  readonly player: Player
  readonly day: Date
}

function dayOf(play: Play, chance: Chance, { player, day }: Today): Act[] {
  const { stage } = play
  const [from, to] = workingHours(player.company?.hoursAhead ?? 1)
  const morning = momentIn(chance, day, [from, from + 2])
  const acts: Act[] = [{ at: morning, run: () => attends(stage, player, morning) }]
  if (chance.holds(0.035))
    acts.unshift(mistypes(play, { player, at: minutesAfter(morning, -1), code: chance.holds(0.35) }))
  if (['technician', 'security_analyst'].includes(player.role)) acts.push(...worksFor(play, chance, { player, day }))
  if (chance.holds(0.01)) acts.push(oversteps(play, chance, { player, at: momentIn(chance, day, [from + 2, to]) }))
  const evening = momentIn(chance, day, [to, to + 1])
  if (chance.holds(0.12)) acts.push({ at: evening, run: () => leaves(play, player, evening) })
  return acts
}

/** What a technician does at their customers that day. */
function worksFor(play: Play, chance: Chance, { player, day }: Today): Act[] {
  const evening = new Date(day.getTime() + 19 * 3_600_000)
  const mine = play.held.filter(
    (held) =>
      held.technician === player &&
      !held.idle &&
      !held.customer.closed &&
      isLiveAt(held, day) &&
      isLiveAt(held, evening),
  )
  if (mine.length === 0) return []
  const [least, most] = player.role === 'technician' ? [2, 7] : [0, 3]
  return Array.from({ length: chance.between(least, most) }, () => {
    const held = chance.pick(mine)
    return chance.holds(0.025) ? strays(play, chance, { held, day }) : worksAs(play, chance, { held, day })
  })
}

function worksAs(play: Play, chance: Chance, { held, day }: { held: Held; day: Date }): Act {
  const { grant, customer } = held
  const at = momentIn(chance, day, [8.5, 16.5])
  const service = chance.pick((grant.allowedServices as Service[] | null) ?? customer.company.services)
  const deed = { ...deedWith(chance, service, grant.accessLevel !== 'read_only'), ...paperwork(chance) }
  return { at, run: () => uses(play, { held, at, deed }) }
}

const paperwork = (chance: Chance): { ticket?: string; durationSeconds: number } => ({
  ...(chance.holds(0.6) && { ticket: `INC-${chance.between(70_000, 79_999)}` }),
  durationSeconds: chance.between(90, 5400),
})

/** Past one of the things that the grant allows: from elsewhere, late in the evening, at another service, or deeper. */
function strays(play: Play, chance: Chance, { held, day }: { held: Held; day: Date }): Act {
  const { grant, technician, customer } = held
  const allowed = (grant.allowedServices as Service[] | null) ?? customer.company.services
  const beside = services.filter((service) => grant.allowedServices !== null && !allowed.includes(service))
  const ways = [
    ...(grant.ipRestrictions === null ? [] : [{ address: `192.0.2.${chance.between(245, 254)}` }]),
    ...(grant.timeRestrictions === null ? [] : [{ hours: [19.2, 20.5] as const }]),
    ...beside.slice(0, 1).map((service) => ({ service })),
    ...(grant.accessLevel === 'read_only' ? [{ deeper: true }] : []),
  ]
  const way: Way = ways.length === 0 ? {} : chance.pick<Way>(ways)
  const at = momentIn(chance, day, way.hours ?? [9, 16])
  const deed = deedWith(chance, way.service ?? chance.pick(allowed), way.deeper ?? false)
  const accessLevel = way.deeper ? ('full_access' as const) : deed.accessLevel
  return {
    at,
    run: () => uses(play, { held, at, deed: { ...deed, accessLevel }, address: way.address ?? technician.address }),
  }
}

interface Way {
  readonly address?: string
  readonly hours?: readonly [number, number]
  readonly service?: Service
  readonly deeper?: boolean
}

const tolerant = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })

const onDevice = { device: null, keepsCookies: false }

/** A wrong password, or a wrong code after the right one. */
function mistypes({ stage }: Play, { player, at, code }: { player: Player; at: Date; code: boolean }): Act {
  return { at, run: () => tolerant(tries(code && player.mfaEnabled)) }

  async function tries(withFactor: boolean): Promise<void> {
    const credentials = withFactor ? stage.trusting : stage.doubting
    const call = stage.call(at, player, credentials)
    const outcome = await signIn(call, { email: player.email, password: 'not what it was' }, onDevice)
    if (!('challengeToken' in outcome)) return
    const { challengeToken } = outcome
    await verifySecondFactor(call, { challengeToken, method: 'totp', code: '000000' }, onDevice)
  }
}

/** Somebody from elsewhere who guesses at a password. */
export function guesses({ stage }: Play, { email, at, times }: { email: string; at: Date; times: number }): Act[] {
  const from = { address: '198.51.100.213', userAgent: 'python-requests/2.32.3' }
  return Array.from({ length: times }, (_, count) => {
    const when = new Date(at.getTime() + count * 2300)
    const call = stage.call(when, from, stage.doubting)
    return { at: when, run: () => tolerant(signIn(call, { email, password: `${count}` }, onDevice)) }
  })
}

type Asked = Readonly<Record<'operation' | 'path', string>>
const beyond: readonly Asked[] = [
  { operation: 'audit.export', path: '/api/audit/export' },
  { operation: 'organizations.delete', path: '/api/organizations/:id' },
  { operation: 'access.bulk-revoke', path: '/api/access-management/bulk-revoke' },
]
const beyondMembers: readonly Asked[] = [
  { operation: 'organizations.list', path: '/api/organizations' },
  { operation: 'audit.search', path: '/api/audit/logs' },
]

/** A call of something that is not for their role. */
function oversteps({ stage }: Play, chance: Chance, { player, at }: { player: Player; at: Date }): Act {
  const asked = chance.pick(player.company === null ? beyond : beyondMembers)
  return { at, run: asks }

  async function asks(): Promise<void> {
    if (player.role === 'super_admin') return
    await attends(stage, player, at)
    const ctx = stage.as(player, at, 'users.profile')
    await recordDenial(ctx, new Refusal('forbidden'), { ...asked, orgId: null })
  }
}

async function leaves({ stage }: Play, player: Player, at: Date): Promise<void> {
  if (player.session === null) await signsIn(stage, player, minutesAfter(at, -30))
  await signOut(stage.as(player, at, 'auth.sign-out'))
  player.session = null
}
