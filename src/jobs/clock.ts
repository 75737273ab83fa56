import type { Log, Tick } from '../context.ts'

export interface Job {
  readonly name: string
  readonly everySeconds: number
  /** Does a limited piece of work. @returns whether there is more to do at once */
  readonly run: (tick: Tick) => Promise<boolean>
}

export interface Clock {
  /** No job begins any more; resolves when those under way have ended, or have been given time to. */
  stop(): Promise<void>
}

interface Options {
  /** The circumstances of one run. */
  readonly tickOf: () => Tick
  readonly log: Log
}

/** Nodes that start together shall not all begin at once. */
const FIRST_WITHIN_MS = 5000
const SPREAD = 0.1
/** How long a rare job waits at most after it has failed. */
const RETRY_MS = 60_000
const PATIENCE_MS = 15_000

/** Runs each job again and again, one run at a time. The timers do not keep the process alive. */
export function startClock(jobs: readonly Job[], { tickOf, log }: Options): Clock {
  const runners = jobs.map((job) => startRunner(job, { tickOf, log }))
  return {
    async stop() {
      const ended = Promise.all(runners.map((runner) => runner.stop()))
      const { promise: outOfPatience, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, PATIENCE_MS)
      await Promise.race([ended, outOfPatience])
      clearTimeout(timer)
    },
  }
}

function startRunner({ name, everySeconds, run }: Job, { tickOf, log }: Options): Clock {
  const period = everySeconds * 1000
  let stopped = false
  let underWay = Promise.resolve()
  let timer = setTimeout(begin, Math.random() * Math.min(period, FIRST_WITHIN_MS)).unref()

  function begin(): void {
    underWay = runAndWait()
  }

  async function runAndWait(): Promise<void> {
    const wait = await once()
    if (!stopped) timer = setTimeout(begin, wait).unref()
  }

  /** @returns how long to wait for the next run */
  async function once(): Promise<number> {
    try {
      const more = await run(tickOf())
      return more ? 0 : period * (1 + SPREAD * (2 * Math.random() - 1))
    } catch (error) {
      log.error({ job: name, err: error }, 'a job failed; it runs again')
      return Math.min(period, RETRY_MS)
    }
  }

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
