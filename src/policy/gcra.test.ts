import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { take, type Charge } from './gcra.ts'

const now = Date.parse('2026-11-23T08:00:00Z')
const minute = { limit: 10, periodMs: 60_000, cost: 1, nowMs: now }

/** Takes at each of the given milliseconds after `now`; how many were allowed. */
function allowedOf(charge: Charge, waits: number[]): number {
  let tat: number | undefined
  let allowed = 0
  for (const wait of waits) {
    const verdict = take(tat, { ...charge, nowMs: charge.nowMs + wait })
    tat = verdict.tat
    if (verdict.allowed) allowed++
  }
  return allowed
}
const atOnce = (count: number, wait = 0): number[] => Array<number>(count).fill(wait)

describe('a budget', () => {
  test('that is new is full but for what was taken', () => {
    expect(take(undefined, minute)).toEqual({
      allowed: true,
      tat: now + 6000,
      remaining: 9,
      resetMs: 6000,
      retryAfterMs: 0,
    })
  })

  test.each([1, 3, 7, 10, 600, 700, 1000, 999_983])('of %i allows just that many at once', (limit) => {
    expect(allowedOf({ ...minute, limit }, atOnce(limit + 5))).toBe(limit)
  })

  test('that is empty says how long to wait, and waiting that long is enough, a moment less is not', () => {
    let tat: number | undefined
    for (let taken = 0; taken < 10; taken++) tat = take(tat, minute).tat
    const refused = take(tat, { ...minute, nowMs: now + 100 })
    expect(refused).toEqual({ allowed: false, tat, remaining: 0, resetMs: 59_900, retryAfterMs: 5900 })
    expect(take(tat, { ...minute, nowMs: now + 100 + 5899 }).allowed).toBe(false)
    expect(take(tat, { ...minute, nowMs: now + 100 + 5900 })).toMatchObject({ allowed: true, remaining: 0 })
  })

  test('is not reduced by what was refused', () => {
    const empty = take(undefined, { ...minute, cost: 10 })
    const refused = take(empty.tat, minute)
    expect(refused.allowed).toBe(false)
    expect(refused.tat).toBe(empty.tat)
  })

  test('refills steadily, and is full again after a period, never fuller', () => {
    const charge = { ...minute, limit: 60 }
    expect(allowedOf(charge, [...atOnce(99), ...atOnce(99, 30_000)])).toBe(60 + 30)
    expect(allowedOf(charge, [...atOnce(99), ...atOnce(99, 60_000)])).toBe(60 + 60)
    expect(allowedOf(charge, [...atOnce(99), ...atOnce(99, 86_400_000)])).toBe(60 + 60)
  })

  test('pays a dearer request with more of it, and refuses it whole', () => {
    const seven = take(undefined, { ...minute, cost: 7 })
    expect(seven).toMatchObject({ allowed: true, remaining: 3, resetMs: 42_000 })
    expect(take(seven.tat, { ...minute, cost: 4 })).toMatchObject({ allowed: false, remaining: 3, retryAfterMs: 6000 })
    expect(take(seven.tat, { ...minute, cost: 3 })).toMatchObject({ allowed: true, remaining: 0 })
  })

  test('pays a request dearer than all of it when it is full, and then is empty', () => {
    const dear = { ...minute, cost: 50 }
    const first = take(undefined, dear)
    expect(first).toMatchObject({ allowed: true, remaining: 0, resetMs: 60_000 })
    expect(take(first.tat, { ...dear, nowMs: now + 59_999 })).toMatchObject({ allowed: false, retryAfterMs: 1 })
    expect(take(first.tat, { ...dear, nowMs: now + 60_000 }).allowed).toBe(true)
  })

  test('can be looked at for nothing', () => {
    const { tat } = take(undefined, { ...minute, cost: 4 })
    expect(take(tat, { ...minute, cost: 0 })).toEqual({
      allowed: true,
      tat,
      remaining: 6,
      resetMs: 24_000,
      retryAfterMs: 0,
    })
  })

  test('counts as empty, not as gone for an hour, when the clock was set back', () => {
    const { tat } = take(undefined, minute)
    const back = { ...minute, nowMs: now - 3_600_000 }
    expect(take(tat, back)).toMatchObject({ allowed: false, remaining: 0, resetMs: 60_000, retryAfterMs: 6000 })
  })

  test('speaks in whole milliseconds and never promises too early', () => {
    const charge = { ...minute, limit: 7 }
    let tat: number | undefined
    for (let taken = 0; taken < 7; taken++) tat = take(tat, charge).tat
    const { resetMs, retryAfterMs } = take(tat, charge)
    expect([resetMs, retryAfterMs]).toEqual([60_001, 8572])
    expect(take(tat, { ...charge, nowMs: now + retryAfterMs }).allowed).toBe(true)
    expect(take(tat, { ...charge, cost: 7, nowMs: now + resetMs }).allowed).toBe(true)
  })
})

test('never allows more in any stretch of time than a full budget and what refills meanwhile', () => {
  const waits = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 120 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), waits, (limit, gaps) => {
      const taken: number[] = []
      let tat: number | undefined
      let at = now
      for (const gap of gaps) {
        at += gap
        const verdict = take(tat, { limit, periodMs: 60_000, cost: 1, nowMs: at })
        tat = verdict.tat
        if (verdict.allowed) taken.push(at)
      }
      for (const [index, start] of taken.entries())
        for (const [later, end] of taken.entries())
          if (later >= index) expect(later - index + 1).toBeLessThanOrEqual(limit + ((end - start) * limit) / 60_000)
    }),
    { numRuns: 60 },
  )
})
