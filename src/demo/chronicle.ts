import { attends, invite, minutesAfter } from './arrivals.ts'
import { daysAfter, momentIn } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Customer } from './customers.ts'
import { changesRole, closes, handsOver, losesPhone, reopens, suspends, takesAllBack } from './deeds.ts'
import { emergency } from './emergencies.ts'
import { grants } from './grants.ts'
import { servedBy, staffOf } from './play.ts'
import type { Act, Play } from './play.ts'
import { guesses } from './routine.ts'
import type { Player } from './stage.ts'

/** What stands out of the days: told by how many days before the end it happens. */
type Story = (play: Play, chance: Chance, at: Date) => Promise<unknown>

const numbered = ({ provider }: Play, place: number): Player =>
  provider.staff.filter(({ role }) => role === 'technician')[place] as Player
const named = ({ customers }: Play, name: string): Customer => {
  const customer = customers.find(({ company }) => company.name === name)
  if (customer === undefined) throw new Error(`${name} is no customer: the play is wrong`)
  return customer
}

const stories: readonly (readonly [daysBefore: number, story: Story])[] = [
  [71, (play, _, at) => losesPhone(play, numbered(play, 9), at)],
  [66, (play, _, at) => handsOver(play, leaving(play, at))],
  [65, (play, _, at) => suspends(play, numbered(play, 13), at)],
  [58, (play, _, at) => closes(play, named(play, 'Oakline Furniture'), at)],
  [51, (play, _, at) => reopens(play, named(play, 'Oakline Furniture'), at)],
  [44, (play, _, at) => suspends(play, lastOf(named(play, 'Meridian Insurance')), at)],
  [37, (play, _, at) => changesRole(play, named(play, 'Brightwater Utilities'), at)],
  [23, (play, _, at) => losesPhone(play, adminOf(named(play, 'Donau Klinikum')), at)],
  [16, (play, _, at) => takesAllBack(play, named(play, 'Kirchner Optik'), at)],
  [15, (play, _, at) => closes(play, named(play, 'Kirchner Optik'), at)],
  [9, (play, _, at) => suspends(play, lastOf(named(play, 'Kestrel Aerospace')), at)],
  [5, (play, _, at) => handsOver(play, { ...leaving(play, at), ...holiday(play) })],
]

const leaving = (play: Play, at: Date) => ({
  ...{ from: numbered(play, 13), to: numbered(play, 4), at, keeps: false },
  reason: 'Leaves the company at the end of the month',
})
const holiday = (play: Play) => ({
  ...{ from: numbered(play, 6), to: numbered(play, 7), keeps: true },
  reason: 'Holiday cover for two weeks',
})

const lastOf = ({ people }: Customer): Player => people.at(-1) as Player
const adminOf = ({ people }: Customer): Player => people[0] as Player

/** How many days before the end there is an emergency, and how it was found afterwards. */
const emergencyDays = [86, 80, 74, 69, 63, 57, 50, 46, 40, 33, 29, 24, 18, 12, 7] as const
const MISUSED_AT = 40

/** Of one day, given how far before the end it is. The looks back at emergencies go into `later`. */
export function storiesOf(play: Play, chance: Chance, { day, before, later }: Telling): Act[] {
  const told = stories
    .filter(([daysBefore]) => daysBefore === before)
    .map(([, story]) => {
      const at = momentIn(chance, day, [8, 14])
      return { at, run: () => story(play, chance, at) }
    })
  if (!emergencyDays.some((one) => one === before)) return told
  const at = momentIn(chance, day, chance.holds(0.5) ? [1, 5] : [9, 18])
  const verdict = before === MISUSED_AT ? 'misused' : 'justified'
  const run = async (): Promise<Act[]> => {
    const { ends: ending, looksBack } = await urgent(play, chance, { at, verdict })
    later.push(...looksBack)
    return [ending]
  }
  return [...told, { at, run }]
}

export interface Telling {
  readonly day: Date
  readonly before: number
  readonly later: Act[]
}

function urgent(
  play: Play,
  chance: Chance,
  { at, verdict }: { at: Date; verdict: 'justified' | 'misused' | 'open' },
): ReturnType<typeof emergency> {
  const technician = chance.pick(staffOf(play, 'technician'))
  const customer = chance.pick(servedBy(play))
  return emergency(play, chance, { at, verdict, technician, customer })
}

/** The last two days: what a visitor finds open. */
export function lastHours(play: Play, chance: Chance, end: Date): Act[] {
  const ago = (minutes: number): Date => minutesAfter(end, -minutes - chance.next())
  const open = (at: Date): Act => ({
    at,
    run: async () => [(await urgent(play, chance, { at, verdict: 'open' })).ends],
  })
  const target = adminOf(named(play, 'Aurelia Privatbank')).email
  return [
    open(ago(60 * 31)),
    open(ago(60 * 9)),
    open(ago(70)),
    ...guesses(play, { email: target, at: ago(26), times: 7 }),
    { at: ago(960), run: () => asksTheLast(play, ago(960)) },
    ...[2, 5, 9, 13, 17].map((days) => agreed(play, chance, { at: ago(200 - days), startsAt: daysAfter(end, days) })),
    ...[1, 2, 3, 4, 5, 6, 6].map((days) =>
      ends(play, chance, { at: daysAfter(end, days - 21), until: daysAfter(end, days) }),
    ),
  ]
}

/** The last ones have been asked in since yesterday, and have not answered. */
async function asksTheLast({ stage, customers }: Play, from: Date): Promise<void> {
  const left = customers.flatMap((customer) =>
    customer.expected.splice(0).map((character) => ({ customer, character })),
  )
  for (const [place, { customer, character }] of left.entries()) {
    const at = minutesAfter(from, place * 40)
    const [by] = customer.people
    if (by === undefined || customer.closed || at > stage.end) continue
    await attends(stage, by, at)
    await invite(stage, character, { by, at, arrivesAt: null, to: customer })
  }
}

const LONG = { reason: 'Migration of the log platform', accessLevel: 'full_access' as const }

/** Access that is granted and has not begun. */
function agreed(play: Play, chance: Chance, { at, startsAt }: { at: Date; startsAt: Date }): Act {
  const expiresAt = daysAfter(startsAt, 14).toISOString()
  return { at, run: () => given(play, chance, { at, terms: { ...LONG, startsAt: startsAt.toISOString(), expiresAt } }) }
}

/** Access that ends within a week. */
function ends(play: Play, chance: Chance, { at, until }: { at: Date; until: Date }): Act {
  return { at, run: () => given(play, chance, { at, terms: { ...LONG, expiresAt: until.toISOString() } }) }
}

interface Given {
  readonly at: Date
  readonly terms: Parameters<typeof grants>[1]['terms']
}

async function given(play: Play, chance: Chance, { at, terms }: Given): Promise<void> {
  const [by] = staffOf(play, 'account_manager')
  const technician = chance.pick(staffOf(play, 'technician'))
  const taken = play.held.filter((held) => held.technician === technician && !held.over)
  const customer = chance.pick(servedBy(play).filter((one) => !taken.some((held) => held.customer === one)))
  if (by) play.held.push(await grants(play.stage, { by, at, technician, customer, terms }))
}
