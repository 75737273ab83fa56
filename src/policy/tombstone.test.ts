import { expect, test } from 'vitest'
import { readCheckpoint } from './checkpoint.ts'
import { countOf, readTombstone, removalsIn, tombstoneText } from './tombstone.ts'

const tombstone = {
  origin: 'castellan/audit/0123456789abcdef/0198f3a0-0000-7000-8000-000000000001/removed',
  cleanupId: '0198f3a0-0000-7000-8000-000000000002',
  requestedBy: '0198f3a0-0000-7000-8000-000000000003',
  approvedBy: '0198f3a0-0000-7000-8000-000000000004',
  removedAt: '2026-11-23T08:00:00.000Z',
  head: { size: 200, root: Buffer.alloc(32, 7) },
  stretches: [
    { from: 0, through: 99 },
    { from: 101, through: 101 },
    { from: 150, through: 199 },
  ],
}
const text = tombstoneText(tombstone)

test('what is read is what was written, line by line', () => {
  expect(readTombstone(text)).toEqual(tombstone)
  expect(text.split('\n').slice(6)).toEqual(['events 151', '0-99', '101-101', '150-199', ''])
  expect(countOf(tombstone.stretches)).toBe(151)
})

test('an organization’s have a name of their own', () => {
  expect(removalsIn('0198f3a0')).toBe('0198f3a0/removed')
})

test('it is never taken for a checkpoint or a head', () => {
  expect(readCheckpoint(text)).toBeNull()
})

test.each([
  ['a line too few', text.replace('101-101\n', '')],
  ['a line too many', `${text}more\n`],
  ['another count', text.replace('events 151', 'events 152')],
  ['another order', text.replace('0-99\n101-101', '101-101\n0-99')],
  ['stretches that overlap', text.replace('101-101', '99-99')],
  ['a stretch that ends before it begins', text.replace('101-101', '101-100').replace('events 151', 'events 150')],
  ['a stretch beyond the head', text.replace('150-199', '151-200')],
  ['half a root', text.replace(/head 200 .{8}/, 'head 200 ')],
  ['no last line end', text.slice(0, -1)],
  ['another word', text.replace('approved ', 'apprived ')],
  ['nothing', ''],
])('%s is no tombstone', (_what, wrong) => {
  expect(readTombstone(wrong)).toBeNull()
})
