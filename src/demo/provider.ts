import type { Chance } from './chance.ts'
import { arrive, invite, minutesAfter, PASSWORD } from './arrivals.ts'
import { castOf, PROVIDER } from './cast.ts'
import type { Character } from './cast.ts'
import { bootstrapByToken } from '../services/auth.service.ts'
import { updateOrganization } from '../services/multi-tenant.service.ts'
import type { Role } from '../types/vocabulary.ts'
import type { Player, Stage } from './stage.ts'

/** One who can sign in when the demonstration runs. */
export interface Account {
  readonly role: Role
  readonly name: string
  readonly email: string
  readonly organization: string
  /** Base32, of their authenticator app; null where the role needs none. */
  readonly secret: string | null
}

export interface Provider {
  readonly staff: readonly Player[]
  readonly members: readonly Character[]
  readonly accounts: Account[]
}

const contact = { name: 'Security desk', email: `desk@${PROVIDER.label}.example`, phone: '+49 30 5550 0170' }

/** On the first day: its founder sets it up, and asks the others in. */
export async function foundProvider(stage: Stage, chance: Chance, at: Date): Promise<Provider> {
  const { staff, members } = castOf(chance)
  const [founding, ...others] = staff
  if (founding === undefined) throw new Error('nobody founds the provider')
  const accounts: Account[] = []
  const founder = await found(stage, founding, at)
  accounts.push(accountOf(founder.player, founder.secret))
  const players = [founder.player]
  for (const [place, character] of others.entries()) {
    const asked = minutesAfter(at, 40 + place * 6)
    const canSignIn = !accounts.some(({ role }) => role === character.role)
    const arrivesAt = minutesAfter(asked, chance.between(5, 90))
    const arrival = await invite(stage, character, { by: founder.player, at: asked, arrivesAt, canSignIn })
    if (arrival === null) continue
    players.push(arrival.player)
    if (canSignIn) accounts.push(accountOf(arrival.player, arrival.secret))
  }
  return { staff: players, members, accounts }
}

async function found(stage: Stage, founding: Character, at: Date): Promise<{ player: Player; secret: string | null }> {
  const { email, firstName, lastName } = founding
  const { credentials } = stage.house
  const { user, organization } = await bootstrapByToken(stage.call(at, founding, credentials), {
    token: credentials.firstStart.issueToken(),
    ...{ email, firstName, lastName, password: PASSWORD, providerName: PROVIDER.name },
  })
  const settings = { timezone: PROVIDER.timezone, contact }
  const player: Player = {
    ...{ ...founding, id: user.id, orgId: organization.id, settings },
    ...{ mfaEnabled: false, session: null, away: false, inOne: null },
  }
  const secret = await arrive(stage, player, minutesAfter(at, 2))
  const ctx = stage.as(player, minutesAfter(at, 6), 'organizations.update')
  await updateOrganization(ctx, organization.id, { domain: `${PROVIDER.label}.example`, settings })
  return { player, secret }
}

export const accountOf = (player: Player, secret: string | null): Account => ({
  role: player.role,
  name: `${player.firstName} ${player.lastName}`,
  email: player.email,
  organization: player.company?.name ?? PROVIDER.name,
  secret,
})
