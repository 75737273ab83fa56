import type pg from 'pg'
import type { Wire } from './flight.ts'
import { leavesDoubt, withClient } from './lending.ts'
import { retrying } from './retrying.ts'
import type { Answer } from './statement.ts'

/** What is asked first, and what follows from the answers, with the context of whom it is for. */
export interface CarriedErrand {
  /** Those of one transaction are run in this order, so that two transactions do not wait for each other. */
  readonly order: string
  /** @param alone nobody else waits with it: it may wait for locks */
  ask(alone: boolean): Wire[]
  /** What it throws is the errand's end, and nobody else's. @returns null when it has to be run again, alone */
  follow(answers: Answer[], alone: boolean): Wire[] | null
  /** After the commit. */
  resolve(answers: Answer[]): void
  reject(error: unknown): void
}

type Send = (client: pg.ClientBase, wires: readonly Wire[]) => Promise<Answer[]>

/** So many share a transaction at most. */
const TOGETHER = 16
/** While one is written to the disk the next is asked. */
const TRANSACTIONS = 2

/**
 * Errands that come while others are under way share the next transaction, and so its commit and its two round trips. If it fails, each
 * of them is run again by itself.
 */
export function createErrands(pool: pg.Pool, send: Send): (errand: CarriedErrand) => void {
  const waiting: CarriedErrand[] = []
  let underWay = 0
  let planned = false

  function plan(): void {
    if (planned || waiting.length === 0 || underWay === TRANSACTIONS) return
    planned = true
    setImmediate(() => {
      planned = false
      void carry(waiting.splice(0, TOGETHER))
      plan()
    })
  }

  async function carry(errands: readonly CarriedErrand[]): Promise<void> {
    underWay++
    const open = new Set(errands.toSorted((a, b) => (a.order < b.order ? -1 : 1)))
    try {
      await withClient(pool, (client) => transact(client, open, false))
    } catch (error) {
      // Whether it was committed is not known, and nothing may happen twice.
      if (leavesDoubt(error)) end(open, error)
    }
    underWay--
    plan()
    for (const errand of open) void carryAlone(errand)
  }

  async function carryAlone(errand: CarriedErrand): Promise<void> {
    const open = new Set([errand])
    await retrying(() => withClient(pool, (client) => transact(client, open, true))).catch((error: unknown) =>
      end(open, error),
    )
  }

  /** Those that are settled are taken out of `open`. */
  async function transact(client: pg.ClientBase, open: Set<CarriedErrand>, alone: boolean): Promise<void> {
    const asked = [...open].map((errand) => ({ errand, wires: errand.ask(alone) }))
    try {
      const following: Part[] = []
      for (const [{ errand }, answers] of await sendParts(client, asked, { before: BEGIN })) {
        try {
          const wires = errand.follow(answers, alone)
          if (wires) following.push({ errand, wires })
        } catch (error) {
          end(new Set([errand]), error)
          open.delete(errand)
        }
      }
      for (const [{ errand }, answers] of await sendParts(client, following, { after: COMMIT })) {
        open.delete(errand)
        errand.resolve(answers)
      }
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }

  /** In one flight. @returns each part with its answers */
  async function sendParts(
    client: pg.ClientBase,
    parts: readonly Part[],
    { before = [], after = [] }: { before?: readonly Wire[]; after?: readonly Wire[] },
  ): Promise<[Part, Answer[]][]> {
    const answers = await send(client, [...before, ...parts.flatMap(({ wires }) => wires), ...after])
    let at = before.length
    return parts.map((part) => [part, answers.slice(at, (at += part.wires.length))])
  }

  return (errand) => {
    waiting.push(errand)
    plan()
  }
}

interface Part {
  readonly errand: CarriedErrand
  readonly wires: readonly Wire[]
}

const command = (text: string): Wire[] => [{ text, values: [], name: text, brief: false }]
const [BEGIN, COMMIT] = [command('begin'), command('commit')]

function end(errands: Set<CarriedErrand>, error: unknown): void {
  for (const errand of errands) errand.reject(error)
  errands.clear()
}
