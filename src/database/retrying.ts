import pg from 'pg'

const RETRIABLE = new Set(['40001', '40P01'])
const ATTEMPTS = 3

/** What PostgreSQL chose as a deadlock's victim is tried again, whole. */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const victim = error instanceof pg.DatabaseError && RETRIABLE.has(error.code ?? '')
      if (!victim || attempt === ATTEMPTS) throw error
    }
  }
}
