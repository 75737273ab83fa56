import { describe, expect, test } from 'vitest'
import { erasureIn, goneFrom, uncovered } from './erasures.ts'

const form = {
  action: 'privacy.erased',
  resourceId: 'ada',
  occurredAt: '2026-11-23T10:00:00.000Z',
  details: { alsoIn: ['e9', 1] },
}
const erasure = { personId: 'ada', at: '2026-11-23T10:00:00.000Z', alsoIn: ['e9'] }
const event = (about: object, eventId = 'e1') =>
  goneFrom({ occurredAt: '2026-11-23T09:00:00.000Z', ...about }, { eventId, sequence: 3 })

test('an event of erasure says whose, when, and where else', () => {
  expect(erasureIn(form)).toEqual(erasure)
  expect(erasureIn({ ...form, details: null })).toEqual({ ...erasure, alsoIn: [] })
  expect(erasureIn({ ...form, action: 'privacy.erasure_refused' })).toBeNull()
  expect(erasureIn({ ...form, resourceId: undefined })).toBeNull()
})

describe('it covers', () => {
  test.each([
    ['what they did', event({ actor: { userId: 'ada' } })],
    ['what is about them', event({ resourceId: 'ada' })],
    ['what names them among changes', event({ changes: { before: null, after: { technicianId: 'ada' } } })],
    ['what names them among details', event({ details: { of: [{ technicianId: 'ada' }] } })],
    ['what it names', event({}, 'e9')],
    ['what was at the same instant', event({ resourceId: 'ada', occurredAt: erasure.at })],
  ])('%s', (_what, gone) => expect(uncovered([gone], [erasure])).toEqual([]))
})

describe('and not', () => {
  test.each([
    ['what is of others', event({ actor: { userId: 'eve' }, resourceId: 'bob', sessionId: 'ada' })],
    ['what came later', event({ resourceId: 'ada', occurredAt: '2026-11-23T10:00:00.001Z' })],
    ['what is of nobody', event({})],
  ])('%s', (_what, gone) => expect(uncovered([gone], [erasure])).toEqual([gone]))
})

test('of several the latest counts', () => {
  const later = event({ resourceId: 'ada', occurredAt: '2026-11-23T11:00:00.000Z' })
  const second = { ...erasure, at: '2026-11-23T12:00:00.000Z' }
  expect(uncovered([later], [second, erasure])).toEqual([])
})
