import type { Role } from '../types/vocabulary.ts'
import type { Chance } from './chance.ts'
import type { Customer } from './customers.ts'
import type { Held } from './grants.ts'
import type { Account, Provider } from './provider.ts'
import type { Player, Stage } from './stage.ts'

/** Everything that the play knows while it goes on. */
export interface Play {
  readonly stage: Stage
  readonly chance: Chance
  readonly provider: Provider
  readonly customers: Customer[]
  readonly held: Held[]
  readonly accounts: Account[]
}

/** Something that somebody does at a moment. */
export interface Act {
  readonly at: Date
  /** @returns what comes of it, if anything: more acts, also of the same day */
  readonly run: () => Promise<unknown>
}

export const staffOf = ({ provider }: Play, role: Role): Player[] =>
  provider.staff.filter((player) => player.role === role && !player.away)

/** Whoever decides about grants: mostly account managers. */
export function managerOf(play: Play, chance: Chance): Player {
  return chance.pick(staffOf(play, chance.holds(0.8) ? 'account_manager' : 'super_admin'))
}

export const servedBy = ({ customers }: Play): Customer[] => customers.filter(({ closed }) => !closed)

export async function inOrder(acts: readonly Act[], until: Date): Promise<void> {
  const ahead = [...acts]
  for (;;) {
    ahead.sort((a, b) => a.at.getTime() - b.at.getTime())
    const act = ahead.shift()
    if (act === undefined || act.at > until) return
    const more = await act.run()
    if (isActs(more)) ahead.push(...more)
  }
}

const isActs = (result: unknown): result is Act[] =>
  Array.isArray(result) && result.every((one) => typeof one === 'object' && one !== null && 'run' in one)
