import { expect, test } from 'vitest'
import { cutAt, seenIn } from './seen-transactions.ts'

test('what a snapshot saw: all before its end but for those under way', () => {
  expect(seenIn('10:20:10,14,15')).toEqual({ before: '20', except: ['10', '14', '15'] })
  expect(seenIn('20:20:')).toEqual({ before: '20', except: [] })
})

test('what is no snapshot saw nothing', () => {
  expect(seenIn('')).toEqual({ before: '0', except: [] })
})

test.each([
  // As PostgreSQL writes it, also where it need not have been so.
  ['9:20:10', '20', '9:20:10'],
  ['10:20:10,14,15', '15', '10:15:10,14'],
  ['10:20:10,14,15', '10', '10:10:'],
  ['14:20:14', '12', '12:12:'],
  ['10:20:10', '20', '10:20:10'],
  ['10:20:10', '9007199254740993', '10:20:10'],
  [
    '9007199254740993:9007199254740999:9007199254740993',
    '9007199254740995',
    '9007199254740993:9007199254740995:9007199254740993',
  ],
])('%s cut at %s is %s', (snapshot, transaction, cut) => {
  expect(cutAt(snapshot, transaction)).toBe(cut)
})
