export interface BoundedQueue {
  run<T>(task: () => Promise<T>): Promise<T>
}

/** At most `parallel` tasks at a time, at most `waiting` behind them in order of arrival; one more fails at once with `full()`. */
export function createBoundedQueue(limits: { parallel: number; waiting: number; full: () => Error }): BoundedQueue {
  const turns: (() => void)[] = []
  let running = 0

  async function takeTurn(): Promise<void> {
    if (running < limits.parallel) running += 1
    else if (turns.length < limits.waiting) await new Promise<void>((resolve) => turns.push(resolve))
    else throw limits.full()
  }

  // The place passes straight to the next in line, so that nobody who comes later can slip in between.
  function passTurn(): void {
    const next = turns.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async run(task) {
      await takeTurn()
      try {
        return await task()
      } finally {
        passTurn()
      }
    },
  }
}
