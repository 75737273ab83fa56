import type pg from 'pg'
import { leavesDoubt } from './lending.ts'
import { convoy } from './convoy.ts'
import { isFull } from './flight.ts'
import type { Flight, Wire } from './flight.ts'
import type { Answer } from './statement.ts'

/** As many wait at most for the slowest among them. */
const FLIGHTS_PER_CONVOY = 8

export interface Convoys {
  send(statements: readonly Wire[]): Promise<Answer[]>
}

/**
 * Flights that are ready in the same turn of the event loop, or wait for a connection together, share one: each system call
 * that wakes the other side costs more than a point query.
 */
export function createConvoys(pool: pg.Pool): Convoys {
  const waiting: Flight[] = []
  let expected = 0
  let planned = false

  function plan(): void {
    planned = false
    for (; expected * FLIGHTS_PER_CONVOY < waiting.length; expected++) void carry()
  }

  async function carry(): Promise<void> {
    let client: pg.PoolClient
    try {
      client = await pool.connect()
    } catch (error) {
      for (const flight of waiting.splice(0, FLIGHTS_PER_CONVOY)) flight.reject(error)
      return
    } finally {
      expected--
    }
    let room = FLIGHTS_PER_CONVOY
    const errors = waiting.length === 0 ? [] : await convoy(client, () => (room-- > 0 ? waiting.shift() : undefined))
    client.release(errors.some(leavesDoubt) || isFull(client))
    if (waiting.length > 0) plan()
  }

  return {
    send: (statements) =>
      new Promise((resolve, reject) => {
        waiting.push({ statements, resolve, reject })
        if (planned) return
        planned = true
        setImmediate(plan)
      }),
  }
}
