import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { WrittenEvent } from '../types/written-event.ts'
import { part } from './personal-data.ts'
import { plainMembers } from './personal-texts.ts'

const id = '019ab000-0000-7000-8000-000000000001'
const contentOf = (changes: unknown, details: unknown) => {
  const { personal, ...kept } = part({ changes, details, description: 'D' } as WrittenEvent)
  return { taken: personal.content, kept }
}

test('every text of changes and details is personal, but for ids, dates, and words of our own', () => {
  expect(
    contentOf(
      { before: { email: 'a@example.com', role: 'admin', allowedServices: ['edr'] }, after: null },
      {
        technicianId: id,
        at: '2026-11-23',
        since: '2026-11-23T08:00:00.120Z',
        n: 1,
        yes: true,
        note: '',
        list: ['x', 2, [id, 'y']],
      },
    ),
  ).toEqual({
    taken: {
      '/changes/before/email': 'a@example.com',
      '/details/note': '',
      '/details/list/0': 'x',
      '/details/list/2/1': 'y',
    },
    kept: {
      changes: { before: { role: 'admin', allowedServices: ['edr'] }, after: null },
      details: {
        technicianId: id,
        at: '2026-11-23',
        since: '2026-11-23T08:00:00.120Z',
        n: 1,
        yes: true,
        list: [2, [id]],
      },
    },
  })
})

test('what is free in form is taken whole, names of members too', () => {
  const details = { 'ada@example.com': { role: 'x', n: 1 } }
  expect(contentOf(null, { service: 'edr', details })).toEqual({
    taken: { '/details/details': details },
    kept: { changes: null, details: { service: 'edr' } },
  })
})

test('places are pointers, whatever a member is called', () => {
  expect(contentOf(null, { 'a/b~c': 'x' }).taken).toEqual({ '/details/a~1b~0c': 'x' })
})

test('what is left has nothing more to take', () => {
  const once = contentOf({ before: { a: 'x', list: ['y', 1] } }, { b: 'z', role: 'admin' })
  expect(contentOf(once.kept.changes, once.kept.details)).toEqual({ taken: {}, kept: once.kept })
})

test('the documentation names the members whose words are ours', () => {
  const documented = readFileSync(new URL('../../docs/audit-integrity.md', import.meta.url), 'utf8')
  const named = /these members are not: (.+?)\./s.exec(documented)?.[1] ?? ''
  expect([...named.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...plainMembers])
})
