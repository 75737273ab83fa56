import pg from 'pg'
import { isFull } from './flight.ts'

/** SQLSTATE: the backend is going; or a prepared statement is not what we take it for, as after a change of the schema. */
const UNUSABLE = /^(57P0|0A000|26000|42P05)/

export const leavesDoubt = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || UNUSABLE.test(error.code ?? '')

/** A connection whose state is in doubt is closed, never handed to the next tenant. */
export async function withClient<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let doubtful = true
  try {
    const result = await work(client)
    doubtful = isFull(client)
    return result
  } catch (error) {
    doubtful = leavesDoubt(error)
    throw error
  } finally {
    client.release(doubtful)
  }
}
