import { createOrganization } from '../services/multi-tenant.service.ts'
import type { OrganizationSettings } from '../types/organization.ts'
import { attends, invite, minutesAfter } from './arrivals.ts'
import type { Character } from './cast.ts'
import type { Chance } from './chance.ts'
import type { Company } from './companies.ts'
import { accountOf } from './provider.ts'
import type { Account } from './provider.ts'
import type { Player, Stage } from './stage.ts'

/** A customer in the play, with those of its people who have come so far. */
export interface Customer {
  readonly id: string
  readonly company: Company
  readonly settings: OrganizationSettings
  readonly people: Player[]
  /** Who has not been asked in yet. */
  readonly expected: Character[]
  /** Whether it is suspended. */
  closed: boolean
}

interface Onboarding {
  readonly company: Company
  readonly people: readonly Character[]
  /** The account manager who brings them in. */
  readonly by: Player
  readonly at: Date
  /** How many of their people come on the same day; the first is an admin. */
  readonly atOnce: number
  /** Gets those who can sign in, one of each role. */
  readonly accounts: Account[] | null
}

export async function onboard(stage: Stage, chance: Chance, onboarding: Onboarding): Promise<Customer> {
  const { company, people, by, at, atOnce, accounts } = onboarding
  const settings = settingsOf(chance, company)
  await attends(stage, by, at)
  const { id } = await createOrganization(stage.as(by, at, 'organizations.create'), {
    name: company.name,
    domain: `${company.label}.example`,
    settings,
  })
  const customer: Customer = {
    ...{ id, company, settings, people: [], closed: false },
    expected: people.slice(atOnce),
  }
  for (const [place, character] of people.slice(0, atOnce).entries()) {
    const asked = minutesAfter(at, 4 + place * 9)
    await joins(stage, chance, { customer, character, by: customer.people[0] ?? by, at: asked, accounts })
  }
  return customer
}

interface Joining {
  readonly customer: Customer
  readonly character: Character
  readonly by: Player
  readonly at: Date
  readonly accounts: Account[] | null
}

export async function joins(stage: Stage, chance: Chance, joining: Joining): Promise<void> {
  const { customer, character, by, at, accounts } = joining
  const canSignIn = accounts !== null && !accounts.some(({ role }) => role === character.role)
  const arrivesAt = minutesAfter(at, chance.between(3, 45))
  await attends(stage, by, at)
  const arrival = await invite(stage, character, { by, at, arrivesAt, canSignIn, to: customer })
  if (arrival === null) return
  customer.people.push(arrival.player)
  if (canSignIn) accounts.push(accountOf(arrival.player, arrival.secret))
}

function settingsOf(chance: Chance, { size, timezone, label }: Company): OrganizationSettings {
  const contact = { email: `it@${label}.example` }
  if (size === 'small') return { timezone, contact }
  return {
    timezone,
    contact,
    auditRetentionDays: size === 'large' ? 2555 : 1095,
    ...(chance.holds(0.3) && { requireMfa: true }),
    ...(chance.holds(0.2) && { sessionIdleMinutes: 20 }),
  }
}
