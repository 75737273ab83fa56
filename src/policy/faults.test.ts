import { expect, test } from 'vitest'
import { fault, inOrder } from './faults.ts'

test('a fault says what is known of where it is, and null for the rest', () => {
  expect(fault('edited', 'Changed.', { sequence: 3, organizationId: 'a' })).toEqual({
    kind: 'edited',
    organizationId: 'a',
    sequence: 3,
    throughSequence: null,
    eventId: null,
    checkpoint: null,
    detail: 'Changed.',
  })
})

test('what concerns all comes first, then organization by organization, by event, by checkpoint; what has no place last', () => {
  const ordered = [
    fault('changed_checkpoint', '1', { checkpoint: 1 }),
    fault('changed_checkpoint', '2', { checkpoint: 2 }),
    fault('edited', '3', { organizationId: 'a', sequence: 0 }),
    fault('deleted', '4', { organizationId: 'a', sequence: 10 }),
    fault('cut_tail', '5', { organizationId: 'a' }),
    fault('cut_tail', '6', { organizationId: 'a', checkpoint: 4 }),
    fault('edited', '7', { organizationId: 'b', sequence: 1 }),
    fault('edited', '8', { organizationId: 'c', sequence: 0 }),
  ]
  expect(inOrder(ordered.toReversed())).toEqual(ordered)
  expect(inOrder(ordered)).toEqual(ordered)
})
