import { execute, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

export interface Tries {
  readonly key: Buffer
  readonly tries: number
  readonly periodMs: number
}

const stepOf = ({ tries, periodMs }: Tries): number => periodMs / tries

/** Takes one of each or none of all. `waitMs` is zero, or for how long there is none. */
export const takeTries = (of: readonly Tries[], now: Date): Statement<{ waitMs: number }> =>
  one(sql<{ waitMs: number }>`
    select take_tries(${of.map(({ key }) => key)}::bytea[], ${of.map(stepOf)}::double precision[],
                      ${of.map(({ tries }) => tries)}::integer[], ${now}) as "waitMs"`)

export const giveBackTries = (of: readonly Tries[]): Statement<number> =>
  execute(sql`
    update sign_in_tries t set full_at = t.full_at - b.step * interval '1 ms'
      from unnest(${of.map(({ key }) => key)}::bytea[], ${of.map(stepOf)}::double precision[]) b (key, step)
     where t.key = b.key`)

export const deleteFullTries = (now: Date): Statement<number> =>
  execute(sql`delete from sign_in_tries where full_at < ${now}`)
