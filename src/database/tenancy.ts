import type pg from 'pg'
import { copyOut, copyText } from './copy-out.ts'
import type { CopyFormat } from './copy-out.ts'
import { createConvoys } from './convoys.ts'
import { carried } from './errand.ts'
import type { Errand } from './errand.ts'
import { createErrands } from './errands.ts'
import { withClient } from './lending.ts'
import { oneFlight } from './convoy.ts'
import { wire } from './flight.ts'
import type { Wire } from './flight.ts'
import { retrying } from './retrying.ts'
import { contextText, contextValues } from './scope.ts'
import type { Scope } from '../types/scope.ts'
import { readAll } from './statement.ts'
import type { Answer, Results, Statement } from './statement.ts'

export interface Transaction {
  /** Each call is one round trip; several statements share it. */
  run<T>(statement: Statement<T>): Promise<T>
  batch<const S extends readonly Statement<unknown>[]>(statements: S): Promise<Results<S>>
}

/**
 * The database as one scope sees it. Nothing else in the server can send a statement. What PostgreSQL chose as a deadlock's
 * victim is tried again, whole.
 */
export interface Tenancy extends Transaction {
  /** Steps that need each other's answers; all or nothing. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Two steps, of which the second follows from the answers to the first: a transaction that others' errands may share. */
  errand<const A extends readonly Statement<unknown>[], T>(errand: Errand<A, T>): Promise<T>
  /** What a statement finds, row by row, as COPY writes it; the connection is free again when the promise settles. */
  copy(statement: Statement<unknown>, copying: Copying): Promise<void>
}

interface Copying {
  readonly format: CopyFormat
  /** A row, line end included; it must be used, or copied, before the function returns. */
  readonly take: (row: Buffer) => void
  /** Ends the statement at the server too. */
  readonly signal: AbortSignal
}

export interface Sender {
  within(scope: Scope): Tenancy
}

/** One flight a call: context and statements leave together. */
export function createSender(pool: pg.Pool, { pipeline }: { pipeline: boolean }): Sender {
  const send = pipeline ? oneFlight : oneByOne
  const convoys = createConvoys(pool)
  const carry = createErrands(pool, send)
  return {
    within(scope) {
      const [role, ...settings] = contextValues(scope)
      const context: Wire = { text: contextText, values: [role, ...settings], name: 'context', brief: true }
      return {
        run: async (statement) => {
          const wires = [context, wire(statement, role)]
          const [answer] = await retrying(() => implicit(wires))
          return statement.read(answer as Answer)
        },
        batch: async (statements) => {
          const wires = [context, ...statements.map((s) => wire(s, role))]
          return readAll(statements, await retrying(() => implicit(wires)))
        },
        transaction: (work) =>
          retrying(() => withClient(pool, (client) => interactive(client, { context, role }, work))),
        errand: (errand) =>
          new Promise((resolve, reject) => carry(carried(errand, { context, role }, { resolve, reject }))),
        copy: (statement, copying) =>
          withClient(pool, (client) => copy(client, copyText(scope, statement, copying.format), copying)),
      }
    },
  }

  async function implicit(wires: Wire[]): Promise<Answer[]> {
    if (pipeline && wires.every(({ brief }) => brief)) return (await convoys.send(wires)).slice(1)
    const sent = (client: pg.ClientBase) => send(client, wires)
    const answers = await withClient(pool, (client) =>
      pipeline ? sent(client) : plainTransaction(client, () => sent(client)),
    )
    return answers.slice(1)
  }

  /** The connection is not lent on before its cancellation has been answered: it would hit another's statement. */
  async function copy(client: pg.ClientBase, text: string, { take, signal }: Copying): Promise<void> {
    signal.throwIfAborted()
    const { processID } = client as unknown as { processID: number }
    let cancelled: Promise<unknown> = Promise.resolve()
    const cancel = (): void => {
      cancelled = pool.query('select pg_cancel_backend($1)', [processID]).catch(() => undefined)
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      await copyOut(client, text, take)
    } finally {
      signal.removeEventListener('abort', cancel)
      await cancelled
    }
    signal.throwIfAborted()
  }

  async function interactive<T>(
    client: pg.ClientBase,
    { context, role }: { context: Wire; role: string },
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    let opening: Wire[] = [{ text: 'begin', values: [], name: 'begin', brief: false }, context]
    const flight = async (wires: Wire[]): Promise<Answer[]> => {
      const ahead = opening
      opening = []
      return (await send(client, [...ahead, ...wires])).slice(ahead.length)
    }
    const tx: Transaction = {
      run: async (statement) => {
        const [answer] = await flight([wire(statement, role)])
        return statement.read(answer as Answer)
      },
      batch: async (statements) =>
        readAll(statements, await flight(statements.map((statement) => wire(statement, role)))),
    }
    try {
      const result = await work(tx)
      if (opening.length === 0) await commit(client)
      return result
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }
}

/** PostgreSQL answers the commit of a failed transaction with a rollback, not with an error. */
async function commit(client: pg.ClientBase): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back')
}

/** The plain path, for poolers and for doubt: the same statements, each awaited. */
async function oneByOne(client: pg.ClientBase, wires: readonly Wire[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const { text, values } of wires) {
    const { rows, rowCount } = await client.query({ text, values: [...values] })
    answers.push({ rows, affected: rowCount ?? 0 })
  }
  return answers
}

async function plainTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await commit(client)
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
