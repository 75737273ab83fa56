import { describe, expect, test } from 'vitest'
import { merged } from '../../console/ui/merged.ts'
import { asInput, fromInput } from '../../console/ui/instant-input.ts'
import { csvOf } from '../../console/pages/matrix/csv.ts'
import { viewOf } from '../../console/pages/matrix/model.ts'
import type { Compact, Filter } from '../../console/pages/matrix/model.ts'
import { selectionOf } from '../../console/pages/matrix/selection.ts'
import { sizeOfCells } from '../../console/pages/matrix/picture-size.ts'
import { nextOpening } from '../../console/pages/technician/next-opening.ts'

const person = (id: string, firstName: string, role: 'technician' | 'security_analyst') => {
  return { id, firstName, lastName: 'X', email: `${id}@provider.example`, role }
}
const customer = (id: string, status: 'active' | 'suspended' = 'active') => ({ id, name: id.toUpperCase(), status })

/** anna: acme full, bolt read (expiring) · bela: acme emergency (expiring) and read · cora: nothing */
const matrix: Compact = {
  technicians: [
    person('anna', 'Anna', 'technician'),
    person('bela', 'Bela', 'security_analyst'),
    person('cora', 'Cora', 'technician'),
  ],
  customers: [customer('acme'), customer('bolt', 'suspended'), customer('crux')],
  rowOffsets: [0, 2, 4, 4],
  customerIndex: [0, 1, 0, 0],
  level: [1, 0, 0, 2],
  flags: [0, 1, 0, 5],
  version: 'one',
}

function shown(filter: Partial<Filter>) {
  const view = viewOf(matrix, { rows: {}, columns: {}, ...filter })
  return {
    rows: [...view.rows.order].map((row) => matrix.technicians[row]?.id),
    columns: [...view.columns.order].map((column) => matrix.customers[column]?.id),
    count: view.count,
  }
}

describe('what is shown of the matrix', () => {
  test.each<[string, Partial<Filter>, ReturnType<typeof shown>]>([
    ['everything', {}, { rows: ['anna', 'bela', 'cora'], columns: ['acme', 'bolt', 'crux'], count: 4 }],
    [
      'by name backwards and by grants',
      { rows: { sort: '-name' }, columns: { sort: '-grants' } },
      { rows: ['cora', 'bela', 'anna'], columns: ['acme', 'bolt', 'crux'], count: 4 },
    ],
    [
      'fewest grants first',
      { rows: { sort: 'grants' }, columns: { sort: 'grants' } },
      { rows: ['cora', 'anna', 'bela'], columns: ['crux', 'bolt', 'acme'], count: 4 },
    ],
    [
      'one role on active customers',
      { rows: { kind: 'technician' }, columns: { kind: 'active' } },
      { rows: ['anna', 'cora'], columns: ['acme', 'crux'], count: 1 },
    ],
    [
      'without who has none',
      { rows: { taken: true }, columns: { taken: true } },
      { rows: ['anna', 'bela'], columns: ['acme', 'bolt'], count: 4 },
    ],
    ['emergencies alone', { level: 'emergency' }, { rows: ['bela'], columns: ['acme'], count: 1 }],
    [
      'a name of one axis leaves the other whole',
      { search: 'bel' },
      { rows: ['bela'], columns: ['acme', 'bolt', 'crux'], count: 2 },
    ],
  ])('%s', (_, filter, expected) => {
    expect(shown(filter)).toEqual(expected)
  })

  test('groups lie one after the other, each with its name, its beginning and its length', () => {
    const view = viewOf(matrix, { rows: { group: 'kind', sort: '-name' }, columns: { group: 'level' } })
    expect([...view.rows.order]).toEqual([2, 0, 1])
    expect(view.rows.groups).toEqual([
      { label: 'Technician', from: 0, count: 2 },
      { label: 'Security analyst', from: 2, count: 1 },
    ])
    expect(view.columns.groups).toEqual([
      { label: 'Emergency', from: 0, count: 1 },
      { label: 'Read only', from: 1, count: 1 },
      { label: 'No access', from: 2, count: 1 },
    ])
  })
})

describe('a selected block', () => {
  const whole = { row: 0, column: 0, toRow: 2, toColumn: 2 }
  const grant = (technicianId: string, customerOrgId: string, accessLevel: string) =>
    ({ technicianId, customerOrgId, accessLevel }) as Parameters<ReturnType<typeof selectionOf>['includes']>[0]

  test('holds the grants that are shown, and of the empty pairs those on active customers', () => {
    const view = viewOf(matrix, { rows: {}, columns: {} })
    const selection = selectionOf(matrix, view, whole)
    expect(selection.grants).toBe(4)
    expect(selection.held.map(({ technician, customerIds }) => [technician.id, customerIds])).toEqual([
      ['anna', ['acme', 'bolt']],
      ['bela', ['acme']],
    ])
    expect(selection.empty.map((pair) => [pair.technician.id, pair.customer.id])).toEqual([
      ['anna', 'crux'],
      ['bela', 'crux'],
      ['cora', 'acme'],
      ['cora', 'crux'],
    ])
  })

  test('does not touch what was filtered away', () => {
    const selection = selectionOf(matrix, viewOf(matrix, { level: 'emergency', rows: {}, columns: {} }), {
      ...whole,
      toRow: 0,
      toColumn: 0,
    })
    expect(selection.grants).toBe(1)
    expect(selection.includes(grant('bela', 'acme', 'emergency'))).toBe(true)
    expect(selection.includes(grant('bela', 'acme', 'read_only'))).toBe(false)
    expect(selection.includes(grant('anna', 'acme', 'full_access'))).toBe(false)
  })
})

test('the table that is exported has a line for each grant that is shown, and nothing that a spreadsheet would run', () => {
  const odd = { ...matrix, customers: [{ ...customer('acme'), name: '=1+1,"x"' }, ...matrix.customers.slice(1)] }
  const lines = csvOf(odd, viewOf(odd, { level: 'full_access', rows: {}, columns: {} })).split('\r\n')
  expect(lines).toEqual([
    'technician,email,role,customer,level,expiring,restricted,unused',
    `"Anna X","anna@provider.example",technician,"'=1+1,""x""",full_access,no,no,no`,
    '',
  ])
})

test('the picture of a matrix of any size is one that a browser can make', () => {
  expect(sizeOfCells(15, 40, 28)).toBe(28)
  expect(sizeOfCells(500, 1000, 28)).toBe(15)
  expect(sizeOfCells(500, 10_000, 28)).toBe(1)
})

describe('a field of date and time', () => {
  test.each([
    ['2026-11-23T08:00:00.000Z', 'UTC', '2026-11-23T08:00'],
    ['2026-11-23T08:00:00.000Z', 'Europe/Berlin', '2026-11-23T09:00'],
    ['2026-07-01T22:30:00.000Z', 'Europe/Berlin', '2026-07-02T00:30'],
    ['2026-11-23T08:00:00.000Z', 'America/Los_Angeles', '2026-11-23T00:00'],
    ['2026-11-23T08:00:00.000Z', 'Asia/Kathmandu', '2026-11-23T13:45'],
    ['2026-03-29T00:59:00.000Z', 'Europe/Berlin', '2026-03-29T01:59'],
    ['2026-03-29T01:00:00.000Z', 'Europe/Berlin', '2026-03-29T03:00'],
  ])('%s in %s is %s, and back', (instant, zone, local) => {
    expect(asInput(instant, zone)).toBe(local)
    expect(fromInput(local, zone)).toBe(instant)
  })

  test('of an hour that the clock has twice it is the first, of one that it skips the one after', () => {
    expect(fromInput('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
    expect(fromInput('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
    expect(fromInput('', 'Europe/Berlin')).toBeUndefined()
    expect(asInput(null, 'Europe/Berlin')).toBe('')
  })
})

test('of two who edit at once each keeps what they changed', () => {
  const before = { name: 'a', domain: 'b', tags: ['x'] }
  const mine = { ...before, domain: 'mine' }
  expect(merged(before, mine, { name: 'theirs', domain: 'theirs', tags: ['y'] })).toEqual({
    name: 'theirs',
    domain: 'mine',
    tags: ['y'],
  })
})

describe('a grant that is shut by its hours opens', () => {
  const office = {
    timezone: 'Europe/Berlin',
    windows: [
      { days: ['mon', 'tue'], start: '08:00', end: '18:00' },
      { days: ['mon'], start: '20:00', end: '02:00' },
    ],
  } satisfies Parameters<typeof nextOpening>[0]
  test.each([
    ['2026-11-22T12:00:00.000Z', '2026-11-23T07:00:00.000Z'],
    ['2026-11-23T06:59:00.000Z', '2026-11-23T07:00:00.000Z'],
    ['2026-11-23T17:30:00.000Z', '2026-11-23T19:00:00.000Z'],
    ['2026-11-23T23:30:00.000Z', '2026-11-24T07:00:00.000Z'],
    ['2026-11-24T18:00:00.000Z', '2026-11-30T07:00:00.000Z'],
  ])('asked at %s: at %s', (now, opens) => {
    expect(nextOpening(office, new Date(now))).toBe(opens)
  })
})
