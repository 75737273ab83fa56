import { createBoundedQueue } from './bounded-queue.ts'
import type { BoundedQueue } from './bounded-queue.ts'

export class TooManyInLineError extends Error {
  override name = 'TooManyInLineError'
}

export interface Turns {
  /** @throws TooManyInLineError when too many wait for this key */
  run<T>(key: string, task: () => Promise<T>): Promise<T>
}

/** A queue for each key, for as long as somebody is in it. */
export function createTurns(limits: { parallel: number; waiting: number }): Turns {
  const full = (): Error => new TooManyInLineError('Too many wait in this line.')
  const lines = new Map<string, { queue: BoundedQueue; inside: number }>()
  return {
    async run(key, task) {
      const line = lines.get(key) ?? { queue: createBoundedQueue({ ...limits, full }), inside: 0 }
      lines.set(key, line)
      line.inside += 1
      try {
        return await line.queue.run(task)
      } finally {
        line.inside -= 1
        if (line.inside === 0) lines.delete(key)
      }
    },
  }
}
