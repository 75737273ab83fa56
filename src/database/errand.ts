import type { CarriedErrand } from './errands.ts'
import { wire } from './flight.ts'
import type { Wire } from './flight.ts'
import { readAll } from './statement.ts'
import type { Results, Statement } from './statement.ts'

/** Two steps, of which the second follows from the answers to the first. Both can be run again. */
export interface Errand<A extends readonly Statement<unknown>[], T> {
  /** @param alone it may wait for locks: else others would wait with it */
  ask(alone: boolean): A
  /** @returns null when it has to be run again, alone */
  follow(answers: Results<A>, alone: boolean): Following<T> | null
}

export interface Following<T> {
  readonly statements: readonly Statement<unknown>[]
  readonly told: (answers: readonly unknown[]) => T
}

/** What an errand does, and what is told of it once that is committed. */
export const following = <const S extends readonly Statement<unknown>[], T>(
  statements: S,
  told: (answers: Results<S>) => T,
): Following<T> => ({ statements, told: (answers) => told(answers as Results<S>) })

interface Sight {
  readonly context: Wire
  readonly role: string
}

interface Settle<T> {
  resolve(told: T): void
  reject(error: unknown): void
}

/** As it goes over the wire, in its own context whoever shares the transaction. */
export function carried<A extends readonly Statement<unknown>[], T>(
  { ask, follow }: Errand<A, T>,
  { context, role }: Sight,
  { resolve, reject }: Settle<T>,
): CarriedErrand {
  let asked: A
  let next: Following<T>
  const wires = (statements: readonly Statement<unknown>[]): Wire[] => [
    context,
    ...statements.map((statement) => wire(statement, role)),
  ]
  return {
    order: context.values.join(' '),
    ask: (alone) => wires((asked = ask(alone))),
    follow([, ...answers], alone) {
      const follows = follow(readAll(asked, answers), alone)
      if (follows === null) return null
      next = follows
      return wires(follows.statements)
    },
    resolve: ([, ...answers]) => resolve(next.told(readAll(next.statements, answers))),
    reject,
  }
}
