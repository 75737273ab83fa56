import { decideAccess } from '../../src/policy/grant-rules.ts'
import type { AccessDecision, GrantFacts } from '../../src/policy/grant-rules.ts'
import type { AccessAsked } from '../../src/policy/judge-grants.ts'
import type { LiveGrantRow } from '../../src/queries/access-changes.ts'
import { createGrantTable } from '../../src/stores/grant-table.ts'
import type { GrantTable, Pair } from '../../src/stores/grant-table.ts'
import type { TimeRestrictions } from '../../src/types/restrictions.ts'

// A provider in numbers: the same in every run, each grant made from its position alone.

export const TECHNICIANS = 500
export const CUSTOMERS = 10_000
export const GRANTS = 200_000
const ASKED = 20_000
const START = Date.parse('2026-01-01T00:00Z')

export interface Case {
  readonly pair: Pair
  readonly asked: AccessAsked
  /** Those of the pair, as the rules read them. */
  readonly facts: readonly GrantFacts[]
  /** By the rules, one grant after the other. */
  readonly answer: AccessDecision
}

export interface Population {
  readonly grants: number
  technician(t: number): string
  customer(c: number): string
  /** Of one technician. */
  grantsOf(t: number): LiveGrantRow[]
}

export function populate(grants = GRANTS): Population {
  const each = grants / TECHNICIANS
  return {
    grants,
    technician: (t) => technicians[t] ?? '',
    customer: (c) => customers[c] ?? '',
    grantsOf: (t) => Array.from({ length: each }, (_, n) => makeGrant(t, n)),
  }
}

/** Scattered, so that neighbours are no neighbours in the order of their ids. */
function uuid(kind: number, n: number): string {
  const scattered = ((n * 2_654_435_761) % 2 ** 32).toString(16)
  return `0000000${kind}-0000-7000-8000-${scattered.padStart(12, '0')}`
}

const technicians = Array.from({ length: TECHNICIANS }, (_, t) => uuid(1, t))
const customers = Array.from({ length: CUSTOMERS }, (_, c) => uuid(2, c))

const customerOf = (t: number, n: number): number => (t * 7919 + n * 2087) % CUSTOMERS

function makeGrant(t: number, n: number): LiveGrantRow {
  const i = t * CUSTOMERS + n
  return {
    technicianId: technicians[t] ?? '',
    customerOrgId: customers[customerOf(t, n)] ?? '',
    id: uuid(3, i),
    accessLevel: i % 3 === 0 ? 'full_access' : 'read_only',
    startsAt: i % 11 === 0 ? Date.parse('2027-01-01T00:00Z') : START,
    expiresAt: i % 2 === 0 ? Date.parse(i % 13 === 0 ? '2026-06-01T00:00Z' : '2099-01-01T00:00Z') : null,
    grantedAt: START,
    lastUsedAt: i % 3 === 0 ? START : null,
    allowedServices: i % 4 === 0 ? ['firewall', 'endpoint', 'siem'] : null,
    ipRestrictions: i % 5 === 0 ? ['192.0.2.0/24', '198.51.100.128/25', '2001:db8::/32'] : null,
    timeRestrictions: i % 7 === 0 ? officeHours(i) : null,
  }
}

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'UTC'] as const

const officeHours = (i: number): TimeRestrictions => ({
  timezone: zones[i % zones.length] ?? 'UTC',
  windows: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '08:00', end: '18:00' },
    { days: ['sat'], start: '22:00', end: '02:00' },
  ],
})

/** Every person and customer active, every grant known. */
export function tabulate(population: Population): GrantTable {
  const table = createGrantTable()
  const active = (length: number, name: (i: number) => string) =>
    Array.from({ length }, (_, i) => ({ id: name(i), active: true }))
  table.setParties({
    technicians: active(TECHNICIANS, population.technician),
    customers: active(CUSTOMERS, population.customer),
  })
  for (let t = 0; t < TECHNICIANS; t++) addGrants(table, population.grantsOf(t))
  return table
}

export const addGrants = (table: GrantTable, grants: readonly LiveGrantRow[]): void =>
  table.replace({ pairs: grants.map(({ technicianId, customerOrgId }) => [technicianId, customerOrgId]), grants })

/** Two in three about a pair with a grant, the others about any; at one instant after the other where several are given. */
export function makeCases(population: Population, instants: readonly Date[]): Case[] {
  const each = population.grants / TECHNICIANS
  const grants = Array.from({ length: TECHNICIANS }, (_, t) =>
    Map.groupBy(population.grantsOf(t), (one) => one.customerOrgId),
  )
  return Array.from({ length: ASKED }, (_, i) => {
    const t = (i * 211) % TECHNICIANS
    const customer = i % 3 === 0 ? (i * 31) % CUSTOMERS : customerOf(t, (i * 17) % each)
    const pair = { technicianId: population.technician(t), customerOrgId: population.customer(customer) }
    const asked = {
      now: instants[i % instants.length] ?? new Date(),
      address: addresses[i % addresses.length] ?? null,
      service: i % 2 === 0 ? 'firewall' : 'backup',
      level: i % 5 === 0 ? ('full_access' as const) : ('read_only' as const),
    }
    const facts = (grants[t]?.get(pair.customerOrgId) ?? []).map(toFacts)
    return {
      pair,
      asked,
      facts,
      answer: decideAccess(facts, { ...asked, technicianActive: true, customerActive: true }),
    }
  })
}

const addresses = ['192.0.2.7', '198.51.100.200', '203.0.113.9', '2001:db8::7']

const toFacts = (grant: LiveGrantRow): GrantFacts => ({
  ...grant,
  status: 'active',
  startsAt: new Date(grant.startsAt ?? NaN),
  expiresAt: grant.expiresAt === null ? null : new Date(grant.expiresAt),
})
