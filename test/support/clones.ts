import { afterAll, beforeAll, inject } from 'vitest'
import { seedDatabase } from './walled-database.ts'
import type { Clone, Seed, Session } from './walled-database.ts'

export interface Walled {
  clone: Clone
  session: Session
}

/** Clones of one filled database, each prepared as asked; gone with the file's end. */
export function useClones(): { open(prepare?: (clone: Clone) => Promise<void>): Promise<Walled> } {
  let seed: Seed | undefined
  const opened: Walled[] = []
  beforeAll(async () => {
    seed = await seedDatabase(inject('databaseServer'))
  })
  afterAll(async () => {
    for (const { session, clone } of opened) {
      await session.end()
      await clone.drop()
    }
    await seed?.drop()
  })
  return {
    async open(prepare = async () => undefined) {
      if (!seed) throw new Error('clones are made from beforeAll on')
      const clone = await seed.clone()
      await prepare(clone)
      const walled = { clone, session: await clone.connect() }
      opened.push(walled)
      return walled
    },
  }
}
