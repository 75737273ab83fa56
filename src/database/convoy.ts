import type pg from 'pg'
import type { Connection, Submittable } from 'pg'
import { takeOff } from './flight.ts'
import type { Field, Flight, Flying, Wire } from './flight.ts'
import type { Answer } from './statement.ts'

/** One round trip, one implicit transaction. Rejects with the first DatabaseError. */
export const oneFlight = (client: pg.ClientBase, statements: readonly Wire[]): Promise<Answer[]> =>
  new Promise((resolve, reject) => {
    const flights: Flight[] = [{ statements, resolve, reject }]
    void convoy(client, () => flights.pop())
  })

/**
 * Sends flights one behind the other in one write, each with a Sync and so a transaction of its own. `next` is asked for flights
 * until it has no more, or one has left something to prepare: those behind it could not rely on that.
 * @returns the errors of those that failed, once the last one has its answer
 */
export function convoy(client: pg.ClientBase, next: () => Flight | undefined): Promise<unknown[]> {
  const { promise, resolve } = Promise.withResolvers<unknown[]>()
  const flying: Flying[] = []
  const errors: unknown[] = []
  let current = 0

  function setOff(connection: Connection): void {
    connection.stream.cork()
    for (let flight = next(); flight; flight = next()) {
      const one = takeOff(connection, flight)
      flying.push(one)
      if (one.prepares) break
    }
    connection.stream.uncork()
  }

  function proceed(): void {
    current++
    if (current < flying.length) client.query(leg)
    else resolve(errors)
  }

  /** The connection was gone before anything could be sent. */
  function refuseAll(error: unknown): void {
    for (let flight = next(); flight; flight = next()) flight.reject(error)
  }

  // The client takes each leg for a query of its own.
  const leg: Submittable & Record<string, unknown> = {
    submit: (connection: Connection) => (current === 0 ? setOff(connection) : undefined),
    handleRowDescription: ({ fields }: { fields: Field[] }) => flying[current]?.described(fields),
    handleDataRow: ({ fields }: { fields: (string | null)[] }) => flying[current]?.row(fields),
    handleCommandComplete({ text }: { text: string }) {
      flying[current]?.completed(Number(text.slice(text.lastIndexOf(' ') + 1)) || 0)
    },
    handleEmptyQuery: () => flying[current]?.completed(0),
    handleError(error: unknown) {
      errors.push(error)
      if (flying.length === 0) refuseAll(error)
      else flying[current]?.failed(error)
      proceed()
    },
    handleReadyForQuery() {
      const broken = flying[current]?.landed()
      if (broken) errors.push(broken)
      proceed()
    },
  }
  client.query(leg)
  return promise
}
