import { decideAccess } from '../src/policy/grant-rules.ts'
import type { AccessQuestion, GrantFacts } from '../src/policy/grant-rules.ts'
import type { TimeRestrictions } from '../src/types/restrictions.ts'
import type { Answer, Question, Report } from './question.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const GRANTS = 200_000
const ASKED = 20_000

interface Case {
  readonly pair: string
  readonly question: AccessQuestion
  /** Told apart by hand from how the grant was made. */
  readonly allowed: boolean
}

export const grantDecision: Question = {
  id: 'grant-decision',
  question: 'How much of one look-up in a Map is left when the grant that it finds is also judged?',
  goal: 0.12,
  run: (report) => compare(report),
}

async function compare(report: Report): Promise<Answer> {
  const grants = new Map(Array.from({ length: GRANTS }, (_, i) => [pairOf(i), [makeGrant(i)]]))
  const cases = Array.from({ length: ASKED }, (_, i) => makeCase((i * 7919) % GRANTS))
  const { ours, against } = await interleave(
    {
      ours: async () => rate(cases, ({ pair, question }) => decideAccess(grants.get(pair) ?? [], question).allowed),
      against: async () => rate(cases, ({ pair, allowed }) => grants.has(pair) && allowed),
    },
    report,
  )
  return { ours: median(ours), against: median(against), ratio: medianRatio(ours, against), unit: 'decisions/CPU s' }
}

const pairOf = (i: number): string => `technician ${i % 500} customer ${i}`

function makeGrant(i: number): GrantFacts {
  return {
    id: String(i),
    status: i % 10 === 0 ? 'revoked' : 'active',
    accessLevel: i % 3 === 0 ? 'full_access' : 'read_only',
    startsAt: new Date(0),
    expiresAt: i % 2 === 0 ? new Date('2099-01-01') : null,
    allowedServices: i % 4 === 0 ? ['firewall', 'endpoint'] : null,
    ipRestrictions: i % 5 === 0 ? ['192.0.2.0/24', '2001:db8::/32'] : null,
    timeRestrictions: i % 7 === 0 ? officeHours : null,
  }
}

const officeHours: TimeRestrictions = {
  timezone: 'Europe/Berlin',
  windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '08:00', end: '18:00' }],
}

function makeCase(i: number): Case {
  const home = i % 2 === 0
  const question: AccessQuestion = {
    now: new Date('2026-11-23T09:00:00Z'),
    address: home ? '192.0.2.7' : '198.51.100.7',
    service: 'firewall',
    level: i % 6 === 0 ? 'full_access' : 'read_only',
    technicianActive: true,
    customerActive: true,
  }
  return { pair: pairOf(i), question, allowed: i % 10 !== 0 && (home || i % 5 !== 0) }
}

/** Answers per second of CPU, each compared with what it must be. */
function rate(cases: readonly Case[], decide: (one: Case) => boolean): number {
  const before = process.cpuUsage()
  for (let turn = 0; turn < 10; turn++) {
    for (const one of cases) if (decide(one) !== one.allowed) throw new Error(`${one.pair} was decided wrongly`)
  }
  const { user, system } = process.cpuUsage(before)
  return ((cases.length * 10) / (user + system)) * 1e6
}
