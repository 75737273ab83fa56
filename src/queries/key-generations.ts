import { execute, find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

export type KeyPurpose = 'signing' | 'sealing'

export interface StoredGeneration {
  readonly purpose: KeyPurpose
  readonly generation: number
  readonly createdAt: string
  readonly droppedAt: string | null
}

export const listGenerations = (): Statement<StoredGeneration[]> =>
  list(sql<StoredGeneration>`
    select purpose, generation, created_at as "createdAt", dropped_at as "droppedAt"
      from key_generations order by purpose, generation`)

/** The one after the newest. None when another was made since: so that every node knows the next one before it is used. */
export const beginGeneration = (
  purpose: KeyPurpose,
  now: Date,
  since: Date,
): Statement<{ generation: number } | null> =>
  find(sql<{ generation: number }>`
    insert into key_generations (purpose, generation, created_at)
    select ${purpose}::text, max(generation) + 1, ${now}::timestamptz from key_generations where purpose = ${purpose}
    having max(created_at) <= ${since}
        on conflict do nothing
    returning generation`)

export const dropGenerationsBefore = (purpose: KeyPurpose, generation: number, now: Date): Statement<number> =>
  execute(sql`
    update key_generations set dropped_at = ${now}
     where purpose = ${purpose} and generation < ${generation} and dropped_at is null`)
