import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { Tick } from '../context.ts'
import { startClock } from './clock.ts'
import type { Job } from './clock.ts'

const tick = {} as Tick

/** Jobs of a few milliseconds: real timers, no waiting. */
function start(run: Job['run'], { everySeconds = 0.005 } = {}) {
  const errors: object[] = []
  const log = { debug: () => undefined, warn: () => undefined, error: (facts: object) => void errors.push(facts) }
  const clock = startClock([{ name: 'job', everySeconds, run }], { tickOf: () => tick, log })
  return { clock, errors }
}

describe('a job', () => {
  test('runs again and again, and not once more after the clock has stopped', async () => {
    let runs = 0
    const { clock } = start(async () => (runs++, false))
    await expect.poll(() => runs).toBeGreaterThan(3)
    await clock.stop()
    const then = runs
    await sleep(50)
    expect(runs).toBe(then)
  })

  test('never overlaps itself, however long it takes', async () => {
    let [under, most, runs] = [0, 0, 0]
    const { clock } = start(async () => {
      most = Math.max(most, ++under)
      await sleep(20)
      under--
      runs++
      return false
    })
    await expect.poll(() => runs).toBeGreaterThan(3)
    await clock.stop()
    expect(most).toBe(1)
  })

  test('that fails is told of by its name, and runs again', async () => {
    let runs = 0
    const { clock, errors } = start(async () => {
      if (++runs < 3) throw new Error('the database is away')
      return false
    })
    await expect.poll(() => runs).toBeGreaterThan(3)
    await clock.stop()
    expect(errors).toEqual([1, 2].map(() => ({ job: 'job', err: new Error('the database is away') })))
  })

  test('that has more to do goes on at once, and a rare one that failed is not left for its next turn', async () => {
    vi.useFakeTimers()
    try {
      let runs = 0
      const { clock } = start(
        async () => {
          if (++runs === 3) throw new Error('once')
          return runs < 3
        },
        { everySeconds: 24 * 3600 },
      )
      await vi.advanceTimersByTimeAsync(6000)
      expect(runs).toBe(3)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(runs).toBe(4)
      await vi.advanceTimersByTimeAsync(20 * 3_600_000)
      expect(runs).toBe(4)
      await vi.advanceTimersByTimeAsync(7 * 3_600_000)
      expect(runs).toBe(5)
      await clock.stop()
    } finally {
      vi.useRealTimers()
    }
  })

  test('that is under way ends before the clock has stopped', async () => {
    let ended = false
    let begun = false
    const { clock } = start(async () => {
      begun = true
      await sleep(50)
      ended = true
      return true
    })
    await expect.poll(() => begun).toBe(true)
    await clock.stop()
    expect(ended).toBe(true)
  })

  test('that never ends holds up the stop for fifteen seconds, not for ever', async () => {
    vi.useFakeTimers()
    try {
      const { clock } = start(() => new Promise(() => undefined))
      await vi.advanceTimersByTimeAsync(100)
      let stopped = false
      const stopping = clock.stop().finally(() => (stopped = true))
      await vi.advanceTimersByTimeAsync(14_000)
      expect(stopped).toBe(false)
      await vi.advanceTimersByTimeAsync(2000)
      await stopping
    } finally {
      vi.useRealTimers()
    }
  })
})

test('the timers do not keep a process alive', () => {
  const script = `
    import { startClock } from ${JSON.stringify(new URL('./clock.ts', import.meta.url).href)}
    startClock([{ name: 'job', everySeconds: 60, run: async () => false }], { tickOf: () => ({}), log: console })
    console.log(process.getActiveResourcesInfo().includes('Timeout'))`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 })
  expect({ status, aTimerHoldsOn: String(stdout).trim() }).toEqual({ status: 0, aTimerHoldsOn: 'false' })
})
