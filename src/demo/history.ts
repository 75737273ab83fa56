import type { House } from '../app.ts'
import { rollUpTrail, sealTrail } from '../services/audit.service.ts'
import { sendMail } from '../services/notification.service.ts'
import { minutesAfter } from './arrivals.ts'
import { chanceOf } from './chance.ts'
import type { Chance } from './chance.ts'
import { daysAfter, fromMonday, isWorkday } from './calendar.ts'
import { lastHours, storiesOf } from './chronicle.ts'
import { companies } from './companies.ts'
import type { Company } from './companies.ts'
import { onboard } from './customers.ts'
import { decisionsOf } from './decisions.ts'
import { expiries } from './emergencies.ts'
import { grants, restrictionsFor } from './grants.ts'
import { inOrder, staffOf } from './play.ts'
import type { Act, Play } from './play.ts'
import { foundProvider } from './provider.ts'
import type { Account } from './provider.ts'
import { routineOf } from './routine.ts'
import type { Routine } from './routine.ts'
import { createStage } from './stage.ts'
import type { Stage } from './stage.ts'
import { standingReasons } from './words.ts'

export interface Plot {
  /** The same one plays the same. */
  readonly seed: string
  /** Now. */
  readonly end: Date
  readonly days: number
  readonly report: (message: string) => void
}

/** Days before the first ordinary one, in which the provider is set up. */
const SETUP_DAYS = 4
const AT_FIRST = 32
/** When the others come: over so many days, the last of them so many before the end. */
const COMING_DAYS = 80
const LAST_COMES = 5
/** Each takes up to two connections. */
const LANES = 4

/** Plays the last months of a provider on an empty database. @returns who can sign in */
export async function playHistory(house: House, { seed, end, days, report }: Plot): Promise<Account[]> {
  const chance = chanceOf(seed)
  const stage = createStage(house, end)
  const calendar = fromMonday(end, days + SETUP_DAYS)
  const [first = end] = calendar
  report('founding the provider')
  const provider = await foundProvider(stage, chance.branch('provider'), minutesAfter(first, 8 * 60))
  const play: Play = { stage, chance, provider, customers: [], held: [], accounts: provider.accounts }
  report(`bringing in ${AT_FIRST} customers and their people`)
  await bringIn(play, daysAfter(first, 1))
  await giveStandingAccess(play, daysAfter(first, 2))
  await playDays(play, calendar.slice(SETUP_DAYS), report)
  report('sealing the trail')
  while (await sealTrail(stage.tick(end)));
  while (await rollUpTrail(stage.tick(end)));
  while (await sendMail(stage.tick(end)));
  return play.accounts
}

/** The customers that come along, several at a time. Who can sign in is of the first one. */
async function bringIn(play: Play, day: Date): Promise<void> {
  const found = await inLanes(
    companies
      .slice(0, AT_FIRST)
      .map((company, at) => () => customerOf(play, company, minutesAfter(day, 420 + at * 11.3))),
  )
  play.customers.push(...found)
}

function customerOf(play: Play, company: Company, at: Date) {
  const { stage, chance, provider, accounts } = play
  const people = provider.members.filter((one) => one.company === company)
  const managers = staffOf(play, 'account_manager')
  const by = managers[companies.indexOf(company) % managers.length]
  if (by === undefined) throw new Error('there is no account manager: the play is wrong')
  const atOnce = Math.max(4, Math.ceil(people.length * 0.6))
  const first = company === companies[0]
  return onboard(stage, chance.branch(company.label), {
    company,
    people,
    by,
    at,
    atOnce,
    accounts: first ? accounts : null,
  })
}

/** Every customer has somebody who looks after it, and somebody who stands in. */
async function giveStandingAccess(play: Play, day: Date): Promise<void> {
  const chance = play.chance.branch('standing access')
  const acts = play.customers.flatMap((customer, at) => standingAccess(play, chance, { customer, at, day }))
  await inOrder(acts, play.stage.end)
}

interface Standing {
  readonly customer: Play['customers'][number]
  readonly at: number
  readonly day: Date
}

function standingAccess(play: Play, chance: Chance, { customer, at, day }: Standing): Act[] {
  const technicians = staffOf(play, 'technician')
  const analysts = staffOf(play, 'security_analyst')
  const by = staffOf(play, 'account_manager')[at % 3]
  if (by === undefined) return []
  const others = { small: 2, medium: 3, large: 6 }[customer.company.size]
  const holders = [technicians[at % technicians.length], ...chance.some(technicians, others), chance.pick(analysts)]
  return [...new Set(holders)].flatMap((technician, place) => {
    if (technician === undefined) return []
    const isPrimary = place === 0
    const granted = minutesAfter(day, 450 + at * 13 + place + chance.next())
    const terms = {
      accessLevel: isPrimary || chance.holds(0.2) ? ('full_access' as const) : ('read_only' as const),
      reason: isPrimary ? standingReasons[0] : chance.pick(standingReasons.slice(1)),
      ...(!isPrimary && chance.holds(0.45) && { expiresAt: daysAfter(granted, chance.between(75, 260)).toISOString() }),
      ...(!isPrimary && restrictionsFor(chance, customer, technician)),
    }
    const idle = !isPrimary && chance.holds(0.1)
    const run = async () =>
      play.held.push(await grants(play.stage, { by, at: granted, technician, customer, terms, idle }))
    return [{ at: granted, run }]
  })
}

async function playDays(play: Play, calendar: readonly Date[], report: Plot['report']): Promise<void> {
  const { stage, chance } = play
  const later: Act[] = [...lastHours(play, chance.branch('last hours'), stage.end)]
  for (const [index, day] of calendar.entries()) {
    const before = calendar.length - 1 - index
    if (index % 15 === 0) report(`playing day ${index + 1} of ${calendar.length}`)
    await playDay(play, { day, before, later })
  }
}

/** First what is decided, in its order; then what everybody does for themselves, side by side. */
async function playDay(play: Play, telling: Parameters<typeof storiesOf>[2]): Promise<void> {
  const { day, later } = telling
  const { stage } = play
  const chance = play.chance.branch(day.toISOString())
  const next = daysAfter(day, 1)
  const due = later.filter(({ at }) => at >= day && at < next)
  const decided = [
    ...expiries(play, day, next),
    ...newCustomer(play, telling),
    ...decisionsOf(play, chance.branch('decisions'), day),
    ...storiesOf(play, chance.branch('stories'), telling),
    ...due,
  ]
  await inOrder(decided, stage.end)
  await inLanes(routineOf(play, chance.branch('routine'), day).map((one) => () => spends(stage, one)))
}

/** A day of somebody. Whoever has much to do does it in one transaction. */
async function spends(stage: Stage, { player, acts }: Routine): Promise<void> {
  const does = (): Promise<void> => inOrder(acts, stage.end)
  if (acts.length < 4 || player.session === null) await does()
  else await stage.inOne(player, does)
}

/** The remaining ones come one by one, and with them the access that they need. */
function newCustomer(play: Play, { day, before }: Parameters<typeof storiesOf>[2]): Act[] {
  const company = companies[play.customers.length]
  const expected = AT_FIRST + ((companies.length - AT_FIRST) * (LAST_COMES + COMING_DAYS - before)) / COMING_DAYS
  if (company === undefined || play.customers.length >= expected || !isWorkday(day)) return []
  const at = minutesAfter(day, 480 + play.chance.branch(company.label).next() * 90)
  const place = play.customers.length
  return [
    {
      at,
      run: async () => {
        const customer = await customerOf(play, company, at)
        play.customers.push(customer)
        await inOrder(
          standingAccess(play, play.chance.branch(company.label), { customer, at: place, day }),
          play.stage.end,
        )
      },
    },
  ]
}

/** So many at a time, each taking the next when it is done. @returns what each came to, in order */
async function inLanes<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  const waiting = [...works.entries()]
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await next[1]()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return results
}
