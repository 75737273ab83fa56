import { describe, expect, test } from 'vitest'
import { matrixFlags } from '../types/access-matrix.ts'
import { accessLevels } from '../types/vocabulary.ts'
import { compileGrants } from './compiled-grants.ts'
import type { LiveGrant } from './compiled-grants.ts'
import { createRestrictions } from './compiled-restrictions.ts'
import { windowCells } from './matrix-cells.ts'
import { columnOf, flagsOf, levelOf, matrixRow } from './matrix-rows.ts'
import { createNumbers } from './numbers.ts'

const DAY = 86_400_000
const now = Date.parse('2026-11-23T15:30:00.000Z')
const today = Date.parse('2026-11-23T00:00:00.000Z')
const id = (n: number): string => `00000000-0000-7000-8000-00000000000${n}`

const grant = (about: Partial<LiveGrant> = {}): LiveGrant => ({
  id: id(1),
  customerOrgId: 'acme',
  accessLevel: 'read_only',
  startsAt: now - DAY,
  expiresAt: null,
  grantedAt: now - DAY,
  lastUsedAt: null,
  allowedServices: null,
  ipRestrictions: null,
  timeRestrictions: null,
  ...about,
})

/** Customers are numbered acme 0, bolt 1, core 2. */
function compile(grants: readonly LiveGrant[]) {
  const numbering = { customers: createNumbers(), restrictions: createRestrictions() }
  for (const customer of ['acme', 'bolt', 'core']) numbering.customers.numberOf(customer)
  return compileGrants(grants, numbering)
}

const cellsOf = (grants: readonly LiveGrant[], columns = [0, 1, 2]): number[] => [
  ...matrixRow(compile(grants), Int32Array.from(columns), now).cells,
]
const flagOf = (about: Partial<LiveGrant>): number => flagsOf(cellsOf([grant(about)])[0] ?? -1)

describe('rows', () => {
  test('hold their cells in the order of columns', () => {
    const grants = [grant({ customerOrgId: 'core' }), grant({ customerOrgId: 'acme', accessLevel: 'full_access' })]
    const cells = cellsOf(grants, [2, 1, 0])
    expect(cells.map(columnOf)).toEqual([0, 2])
    expect(cells.map((cell) => accessLevels[levelOf(cell)])).toEqual(['read_only', 'full_access'])
    expect(cellsOf([])).toEqual([])
  })

  test('leave out who has no column, what is over and what has not begun', () => {
    expect(cellsOf([grant({ customerOrgId: 'bolt' })], [0, -1, 2])).toEqual([])
    expect(cellsOf([grant({ customerOrgId: 'core' })], [0, 1])).toEqual([])
    expect(cellsOf([grant({ expiresAt: now })])).toEqual([])
    expect(cellsOf([grant({ expiresAt: now + 1 })])).toHaveLength(1)
    expect(cellsOf([grant({ startsAt: now + 1 })])).toEqual([])
    expect(cellsOf([grant({ startsAt: now })])).toHaveLength(1)
  })
})

describe('flags', () => {
  test.each<[string, Partial<LiveGrant>, number]>([
    ['nothing', {}, 0],
    ['an end in seven days', { expiresAt: now + 7 * DAY }, matrixFlags.soonExpired],
    ['an end a moment later', { expiresAt: now + 7 * DAY + 1 }, 0],
    ['services', { allowedServices: ['siem'] }, matrixFlags.restricted],
    ['addresses', { ipRestrictions: ['192.0.2.0/24'] }, matrixFlags.restricted],
    ['hours', { timeRestrictions: { timezone: 'UTC', windows: [] } }, matrixFlags.restricted],
    [
      'an emergency',
      { accessLevel: 'emergency', expiresAt: now + 1000 },
      matrixFlags.emergency + matrixFlags.soonExpired,
    ],
    ['no use for 90 days at the start of the day', { lastUsedAt: today - 90 * DAY }, matrixFlags.longUnused],
    ['a use a moment later', { lastUsedAt: today - 90 * DAY + 1, grantedAt: today - 100 * DAY }, 0],
    ['no use at all since it was given so long ago', { grantedAt: today - 90 * DAY }, matrixFlags.longUnused],
    ['a use after that', { grantedAt: today - 200 * DAY, lastUsedAt: today }, 0],
  ])('%s', (_what, about, flags) => expect(flagOf(about)).toBe(flags))
})

describe('rows are good until', () => {
  const until = (about: Partial<LiveGrant>) => matrixRow(compile([grant(about)]), Int32Array.from([0]), now).until

  test.each<[string, Partial<LiveGrant>, number]>([
    ['the day is over', {}, today + DAY],
    ['a grant begins', { startsAt: now + 1000 }, now + 1000],
    ['a grant ends', { expiresAt: now + 2000 }, now + 2000],
    ['an end comes near', { expiresAt: now + 7 * DAY + 3000 }, now + 3000],
    ['the grant is over whose end came near just now', { expiresAt: now + 7 * DAY }, today + DAY],
  ])('%s', (_what, about, instant) => expect(until(about)).toBe(instant))

  test('whatever others have no column for', () => {
    const row = matrixRow(compile([grant({ startsAt: now + 1000 })]), Int32Array.from([-1]), now)
    expect(row.until).toBe(today + DAY)
  })
})

describe('the cells of a window', () => {
  const columns = [
    { id: 'acme', number: 0 },
    { id: 'bolt', number: 1 },
  ]
  const windowOf = (grants: readonly LiveGrant[]) =>
    windowCells({ technicianId: 'tess', grants: compile(grants) }, columns, new Date(now))

  test('tell all of a grant', () => {
    const about = {
      expiresAt: now + DAY,
      lastUsedAt: now - 1000,
      allowedServices: ['siem'],
      accessLevel: 'full_access' as const,
    }
    expect(windowOf([grant(about)])).toEqual([
      {
        id: id(1),
        technicianId: 'tess',
        customerOrgId: 'acme',
        accessLevel: 'full_access',
        status: 'active',
        startsAt: '2026-11-22T15:30:00.000Z',
        expiresAt: '2026-11-24T15:30:00.000Z',
        lastUsedAt: '2026-11-23T15:29:59.000Z',
        restricted: true,
      },
    ])
  })

  test('tell of what has no end, no use and no restriction, and begins later', () => {
    expect(windowOf([grant({ startsAt: now + 1 })])).toMatchObject([
      { status: 'scheduled', expiresAt: null, lastUsedAt: null, restricted: false, accessLevel: 'read_only' },
    ])
    expect(windowOf([grant({ startsAt: now })])).toMatchObject([{ status: 'active' }])
  })

  test('leave out what is over, what never begins, and other customers', () => {
    expect(windowOf([grant({ expiresAt: now })])).toEqual([])
    expect(windowOf([grant({ expiresAt: now + 1 })])).toHaveLength(1)
    expect(windowOf([grant({ startsAt: null })])).toEqual([])
    expect(windowOf([grant({ customerOrgId: 'core' })])).toEqual([])
  })

  test('are in the order of columns, the newest of a pair first', () => {
    const cells = windowOf([
      grant({ id: id(1), customerOrgId: 'bolt' }),
      grant({ id: id(2), grantedAt: now - 3 * DAY }),
      grant({ id: id(3), grantedAt: now - 2 * DAY }),
    ])
    expect(cells.map((cell) => cell.id)).toEqual([id(3), id(2), id(1)])
  })
})
