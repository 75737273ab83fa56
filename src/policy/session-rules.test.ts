import { describe, expect, test } from 'vitest'
import { absoluteEnd, idleMs, sessionEnded, surplusSessions } from './session-rules.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const start = new Date('2026-11-23T08:00:00.000Z')
const after = (ms: number): Date => new Date(start.getTime() + ms)

test('a session ends after 60 minutes without use, the provider’s after 30, or as the organization says', () => {
  expect(idleMs({ orgType: 'customer', settings: {} })).toBe(60 * MINUTE)
  expect(idleMs({ orgType: 'mss_provider', settings: {} })).toBe(30 * MINUTE)
  expect(idleMs({ orgType: 'mss_provider', settings: { sessionIdleMinutes: 5 } })).toBe(5 * MINUTE)
})

test('a session ends after 24 hours at the latest, the provider’s after 12', () => {
  expect(absoluteEnd('customer', start)).toEqual(after(24 * HOUR))
  expect(absoluteEnd('mss_provider', start)).toEqual(after(12 * HOUR))
})

describe('sessionEnded', () => {
  const session = (lastUsedAt: Date, sessionExpiresAt: Date) => ({
    orgType: 'customer' as const,
    settings: {},
    lastUsedAt: lastUsedAt.toISOString(),
    sessionExpiresAt: sessionExpiresAt.toISOString(),
  })

  test('at the instant of its end, and not a millisecond before', () => {
    const busy = session(after(23 * HOUR + 59 * MINUTE), after(24 * HOUR))
    expect(sessionEnded(busy, after(24 * HOUR - 1))).toBe(false)
    expect(sessionEnded(busy, after(24 * HOUR))).toBe(true)
  })

  test('when it was left alone for so long, and not a millisecond before', () => {
    const idle = session(start, after(24 * HOUR))
    expect(sessionEnded(idle, after(HOUR - 1))).toBe(false)
    expect(sessionEnded(idle, after(HOUR))).toBe(true)
  })
})

describe('surplusSessions', () => {
  const live = (name: number) => ({
    name,
    lastUsedAt: start.toISOString(),
    sessionExpiresAt: after(24 * HOUR).toISOString(),
  })
  const ended = (name: number) => ({ ...live(name), sessionExpiresAt: start.toISOString() })
  const names = (sessions: readonly { name: number }[]) => sessions.map(({ name }) => name)
  const many = Array.from({ length: 52 }, (_, name) => live(name))

  test('one more is the fiftieth: the oldest beyond forty-nine go', () => {
    expect(names(surplusSessions({ orgType: 'customer', settings: {} }, many, start))).toEqual([49, 50, 51])
    expect(surplusSessions({ orgType: 'customer', settings: {} }, many.slice(0, 49), start)).toEqual([])
  })

  test('or as many as the organization allows', () => {
    const settings = { maxSessionsPerUser: 2 }
    expect(names(surplusSessions({ orgType: 'customer', settings }, many.slice(0, 3), start))).toEqual([1, 2])
  })

  test('those that have ended do not count', () => {
    const settings = { maxSessionsPerUser: 2 }
    const sessions = [ended(0), live(1), ended(2), live(3)]
    expect(names(surplusSessions({ orgType: 'customer', settings }, sessions, start))).toEqual([3])
  })
})
