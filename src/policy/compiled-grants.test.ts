import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weekdays } from '../types/restrictions.ts'
import type { TimeRestrictions } from '../types/restrictions.ts'
import { accessLevels } from '../types/vocabulary.ts'
import { compileGrants, findGrants, idAt, noGrants, replaceGrants } from './compiled-grants.ts'
import type { LiveGrant, Numbering } from './compiled-grants.ts'
import { createRestrictions } from './compiled-restrictions.ts'
import { decideAccess, effectiveStatus, isLive } from './grant-rules.ts'
import type { GrantFacts } from './grant-rules.ts'
import {
  CUSTOMER_INACTIVE,
  isOfLiveGrant,
  judgeGrants,
  refusalsNamed,
  TECHNICIAN_INACTIVE,
  type AccessAsked,
} from './judge-grants.ts'
import { createNumbers } from './numbers.ts'

// Seconds before and after clocks change, in zones that do it differently, are drawn as often as any other time.
const turns = [
  '2026-03-29T01:00Z',
  '2026-10-25T01:00Z',
  '2026-03-08T10:00Z',
  '2026-04-04T15:30Z',
  '2026-09-27T14:00Z',
  '2026-11-23T09:00Z',
]
const zones = [
  'UTC',
  'Europe/Berlin',
  'america/los_angeles',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Not/AZone',
]
const customers = ['0', '1', '2', '3']
const services = ['siem', 'edr', 'firewall']
const places = [
  '192.0.2.7',
  '192.0.2.200',
  '255.255.255.255',
  '2001:db8::7',
  '2001:db8:8000::1',
  '::ffff:192.0.2.7',
  'not an address',
]
const blocks = [
  '192.0.2.0/24',
  '192.0.2.128/25',
  '192.0.2.7',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8:8000::/33',
  '::/0',
  '2001:db8::7',
  'damaged',
]

const instant = fc.oneof(
  fc
    .tuple(fc.constantFrom(...turns), fc.integer({ min: -90_000, max: 90_000 }))
    .map(([turn, s]) => Date.parse(turn) + s * 1000 - 1),
  fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2060, 0) }),
)
const clock = (hours: number) =>
  fc.integer({ min: 0, max: hours * 60 }).map((minute) => `${two(minute / 60)}:${two(minute % 60)}`)
const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
const anyWindow = fc.record({ days: fc.subarray([...weekdays], { minLength: 1 }), start: clock(23), end: clock(24) })
const anyHours: fc.Arbitrary<TimeRestrictions> = fc.record({
  timezone: fc.constantFrom(...zones),
  windows: fc.array(anyWindow, { minLength: 1, maxLength: 4 }),
})
const orNot = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 2 })
const anyGrant: fc.Arbitrary<LiveGrant> = fc.record({
  id: fc.uuid(),
  customerOrgId: fc.constantFrom(...customers),
  accessLevel: fc.constantFrom(...accessLevels),
  startsAt: fc.oneof(fc.constant(0), instant, fc.constant(null)),
  expiresAt: orNot(instant),
  grantedAt: orNot(instant),
  lastUsedAt: orNot(instant),
  allowedServices: orNot(fc.subarray(services)),
  ipRestrictions: orNot(fc.subarray(blocks)),
  timeRestrictions: orNot(anyHours),
})
const anyQuestion = fc.record({
  now: instant.map((ms) => new Date(ms)),
  address: fc.option(fc.constantFrom(...places), { nil: null }),
  service: fc.option(fc.constantFrom(...services, 'unheard of'), { nil: undefined }),
  level: fc.constantFrom('read_only' as const, 'full_access' as const),
  technicianActive: fc.boolean(),
  customerActive: fc.boolean(),
})

function makeNames(): Numbering {
  const names = { customers: createNumbers(), restrictions: createRestrictions() }
  for (const customer of customers) names.customers.numberOf(customer)
  return names
}

const factsOf = (grant: LiveGrant): GrantFacts => ({
  ...grant,
  status: 'active',
  startsAt: new Date(grant.startsAt ?? NaN),
  expiresAt: grant.expiresAt === null ? null : new Date(grant.expiresAt),
})

const people = ({ technicianActive, customerActive }: { technicianActive: boolean; customerActive: boolean }) =>
  (technicianActive ? 0 : TECHNICIAN_INACTIVE) | (customerActive ? 0 : CUSTOMER_INACTIVE)

type Asked = AccessAsked & { technicianActive: boolean; customerActive: boolean }

/** What the compiled grants say, and what the rules say of the same. */
function both(
  grants: readonly LiveGrant[],
  compiled: ReturnType<typeof compileGrants>,
  names: Numbering,
  asked: Asked,
  customer: string,
) {
  const refusals = judgeGrants(compiled, names.customers.find(customer), {
    asked,
    restrictions: names.restrictions,
    people: people(asked),
  })
  const facts = grants.filter((grant) => grant.customerOrgId === customer).map(factsOf)
  const decision = decideAccess(facts, asked)
  const live = facts.some((grant) => isLive(effectiveStatus(grant, asked.now)))
  return [
    { allowed: refusals === 0, reasons: refusalsNamed(refusals), live: isOfLiveGrant(refusals) },
    { allowed: decision.allowed, reasons: decision.reasons, live },
  ]
}

const runs = { numRuns: 2000 }

describe('compiled grants', () => {
  test('decide as the rules do, with the same reasons in the same order', () => {
    fc.assert(
      fc.property(fc.array(anyGrant, { maxLength: 6 }), anyQuestion, (grants, asked) => {
        const names = makeNames()
        const compiled = compileGrants(grants, names)
        for (const customer of customers) {
          const [ours, theirs] = both(grants, compiled, names, asked, customer)
          expect(ours).toEqual(theirs)
        }
      }),
      runs,
    )
  })

  test('are after a replacement what they would be if compiled anew', () => {
    const some = fc.array(anyGrant, { maxLength: 8 })
    fc.assert(
      fc.property(some, some, fc.subarray(customers), (before, after, given) => {
        const names = makeNames()
        const replaced = new Set(given)
        const added = after.filter(({ customerOrgId }) => replaced.has(customerOrgId))
        const kept = before.filter(({ customerOrgId }) => !replaced.has(customerOrgId))
        const merged = replaceGrants(
          compileGrants(before, names),
          given.map(names.customers.find),
          compileGrants(added, names),
        )
        expect(merged).toEqual(compileGrants([...kept, ...added], names))
      }),
      runs,
    )
  })

  test('are found by customer however many there are, the first of several, and nothing on any other', () => {
    const [some, few] = [3000, 40]
    const names = { customers: createNumbers(), restrictions: createRestrictions() }
    const numbers = Array.from({ length: some }, (_, n) => names.customers.numberOf(String(n)))
    const among = (most: number, maxLength: number) => fc.array(fc.nat({ max: most - 1 }), { maxLength })
    fc.assert(
      fc.property(fc.oneof(among(some, 700), among(few, 60)), (held) => {
        const grants = held.map((customer) => ({ ...plain, customerOrgId: String(customer) }))
        const compiled = compileGrants(grants, names)
        const firsts = new Map(held.toSorted((a, b) => b - a).map((customer, i) => [customer, held.length - 1 - i]))
        expect(numbers.map((number) => findGrants(compiled, number))).toEqual(
          numbers.map((number) => firsts.get(number) ?? held.length),
        )
        expect(findGrants(compiled, names.customers.find('nobody'))).toBe(held.length)
      }),
      { numRuns: 300 },
    )
  })

  test('know the ids of their grants', () => {
    fc.assert(
      fc.property(fc.array(fc.uuid()), (ids) => {
        const grants = ids.map((id, i) => ({ ...plain, id, customerOrgId: String(i) }))
        const compiled = compileGrants(grants, { customers: createNumbers(), restrictions: createRestrictions() })
        expect(ids.map((_, i) => idAt(compiled, i))).toEqual(ids)
      }),
    )
  })

  test('that are none refuse', () => {
    const names = makeNames()
    const question = { now: new Date(), address: null, level: 'read_only' } as const
    expect(
      refusalsNamed(judgeGrants(noGrants, 0, { asked: question, restrictions: names.restrictions, people: 0 })),
    ).toEqual(['grant_not_active'])
  })

  test.each<[string, object]>([
    ['windows that are none', { timezone: 'UTC' }],
    ['no zone', { windows: [{ days: ['mon'], start: '00:00', end: '24:00' }] }],
    ['days that are none', { timezone: 'UTC', windows: [{ start: '00:00', end: '24:00' }] }],
    ['clocks that are none', { timezone: 'UTC', windows: [{ days: ['mon'], start: 'dawn', end: 'dusk' }] }],
  ])('damaged in the database close rather than open, and harm no other: %s', (_, damaged) => {
    const names = makeNames()
    const grants = [
      { ...plain, timeRestrictions: damaged as TimeRestrictions },
      { ...plain, customerOrgId: '1' },
    ]
    const compiled = compileGrants(grants, names)
    const monday = new Date('2026-11-23T12:00Z')
    const asked = { now: monday, address: null, level: 'read_only' } as const
    const question = { asked, restrictions: names.restrictions, people: 0 }
    expect(refusalsNamed(judgeGrants(compiled, 0, question))).toEqual(['outside_time_window'])
    expect(judgeGrants(compiled, 1, question)).toBe(0)
  })
})

const plain: LiveGrant = {
  id: '00000000-0000-7000-8000-000000000001',
  customerOrgId: '0',
  accessLevel: 'read_only',
  startsAt: 0,
  expiresAt: null,
  grantedAt: 0,
  lastUsedAt: null,
  allowedServices: null,
  ipRestrictions: null,
  timeRestrictions: null,
}
