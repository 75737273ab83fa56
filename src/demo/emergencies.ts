import { Refusal } from '../errors/refusal.ts'
import { closeAccessReview, expireGrants, listAccessReviews, recordAccess } from '../services/multi-tenant.service.ts'
import { attends, minutesAfter, signsIn } from './arrivals.ts'
import { daysAfter, momentIn, startOfDay } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Customer } from './customers.ts'
import { grants } from './grants.ts'
import type { Held } from './grants.ts'
import { inOrder, staffOf } from './play.ts'
import type { Act, Play } from './play.ts'
import type { Player } from './stage.ts'
import { deedWith, emergencies, MISUSED, verdicts } from './words.ts'

interface Emergency {
  readonly at: Date
  readonly customer: Customer
  readonly technician: Player
  readonly verdict: 'justified' | 'misused' | 'open'
}

interface Aftermath {
  /** The same day, or that night. */
  readonly ends: Act
  /** Some days later, if at all. */
  readonly looksBack: Act[]
}

/** Access in an emergency, and what is done under it. */
export async function emergency(play: Play, chance: Chance, happening: Emergency): Promise<Aftermath> {
  const { stage } = play
  const { at, customer, technician, verdict } = happening
  const by = chance.pick([...staffOf(play, 'super_admin'), ...staffOf(play, 'account_manager')])
  await signsIn(stage, by, minutesAfter(at, -3))
  const hours = chance.pick([2, 4, 4, 8])
  const terms = {
    accessLevel: 'emergency' as const,
    reason: emergencies[play.held.length % emergencies.length] ?? '',
    expiresAt: minutesAfter(at, hours * 60).toISOString(),
  }
  const held = await grants(stage, { by, at, technician, customer, terms })
  play.held.push(held)
  await inOrder(deedsUnder(play, chance, { held, at, minutes: hours * 50 }), stage.end)
  const ends = expiryOf(play, held)
  if (verdict === 'open') return { ends, looksBack: [] }
  const closer = chance.pick(
    [...staffOf(play, 'security_analyst'), ...staffOf(play, 'super_admin')].filter((one) => one !== by),
  )
  const closesAt = momentIn(chance, daysAfter(startOfDay(at), chance.between(1, 3)), [8, 15])
  const notes = verdict === 'misused' ? MISUSED : chance.pick(verdicts)
  const closes = { at: closesAt, run: () => looksBackAt(play, { held, by: closer, at: closesAt, verdict, notes }) }
  return { ends, looksBack: [closes] }
}

function deedsUnder(play: Play, chance: Chance, span: { held: Held; at: Date; minutes: number }): Act[] {
  const { held, at, minutes } = span
  const ticket = `INC-${chance.between(70_000, 79_999)}`
  return Array.from({ length: chance.between(2, 5) }, () => {
    const when = minutesAfter(at, chance.between(4, minutes))
    const service = chance.pick(held.customer.company.services)
    const deed = { ...deedWith(chance, service, true), ticket, durationSeconds: chance.between(120, 3600) }
    return { at: when, run: () => uses(play, { held, at: when, deed }) }
  })
}

type Deed = Parameters<typeof recordAccess>[2]

/** A use of a grant, or the refusal of it: both are on record. */
export async function uses(
  { stage }: Play,
  use: { held: Held; at: Date; deed: Deed; address?: string },
): Promise<void> {
  const { held, at, deed, address = held.technician.address } = use
  await attends(stage, held.technician, at)
  const ctx = { ...stage.as(held.technician, at, 'access.record'), address }
  await recordAccess(ctx, held.grant.id, deed).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
}

interface LookBack {
  readonly held: Held
  readonly by: Player
  readonly at: Date
  readonly verdict: 'justified' | 'misused'
  readonly notes: string
}

async function looksBackAt({ stage }: Play, { held, by, at, verdict, notes }: LookBack): Promise<void> {
  await attends(stage, by, at)
  const ctx = stage.as(by, at, 'access.close-review')
  const page = { page: '1', limit: '100', sort: '-openedAt', status: 'open' } as const
  const { items } = await listAccessReviews(ctx, page)
  const review = items.find(({ grant }) => grant.id === held.grant.id)
  if (review) await closeAccessReview(ctx, review.id, { verdict, notes })
}

/** Writes down what has ended, as the clock does within half a minute. */
export const expiries = (play: Play, from: Date, to: Date): Act[] =>
  play.held
    .filter(
      ({ grant: { expiresAt }, over }) => !over && expiresAt !== null && isWithin(Date.parse(expiresAt), from, to),
    )
    .map((one) => expiryOf(play, one))

function expiryOf({ stage }: Play, held: Held): Act {
  const at = new Date(Date.parse(held.grant.expiresAt ?? '') + 14_000)
  return { at, run: async () => void ((held.over = true), await expireGrants(stage.tick(at))) }
}

const isWithin = (time: number, from: Date, to: Date): boolean => time >= from.getTime() && time < to.getTime()
