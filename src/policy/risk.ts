import { customerRoles } from '../types/vocabulary.ts'
import type { Outcome, RiskLevel, Role } from '../types/vocabulary.ts'
import { isOutsideHours } from './office-hours.ts'

/** Changes with every change of a number or a rule below: an old event is read by the model that it names. */
export const RISK_MODEL = '2026-11-23'

/** What an action is worth by the risk that the catalogue gives it. */
export const baseScores = { low: 10, medium: 40, high: 60, critical: 85 } as const satisfies Record<RiskLevel, number>

/** The least score of each level. */
export const thresholds = { low: 0, medium: 30, high: 60, critical: 80 } as const satisfies Record<RiskLevel, number>

/** What makes an event riskier than its action, and by how much. The table in docs/risk-model.md says when. */
export const weights = {
  failed: 5,
  denied: 10,
  privilege_raised: 10,
  super_admin: 15,
  on_oneself: 25,
  no_expiry: 10,
  no_reason: 5,
  outside_hours: 10,
  foreign_organization: 20,
  bulk: 10,
  mass: 20,
  new_address: 15,
  new_device: 10,
} as const

export type RiskFactor = keyof typeof weights

/** What is known of an event when it is recorded. */
export interface RiskFacts {
  /** Of the action, as the catalogue has it. */
  readonly base: RiskLevel
  /** What the service that tells of it knows: it is never below this. */
  readonly floor: RiskLevel | null
  /** Reasons that the service gives; those of the table weigh. */
  readonly given: readonly string[]
  readonly action: string
  readonly orgId: string
  readonly outcome: Outcome
  readonly changes: { readonly before: unknown; readonly after: unknown } | null
  /** Whom it is about: a user, or the one whose grant it is. */
  readonly subjectId: string | null
  readonly actor: { readonly userId: string; readonly orgId: string; readonly role: Role } | null
  readonly now: Date
  /** Of the actor's organization; null when it has set none. */
  readonly timezone: string | null
  /** How many such events happen at once. */
  readonly atOnce: number
}

export interface Risk {
  /** From 0 to 100. */
  readonly score: number
  readonly level: RiskLevel
  readonly factors: readonly string[]
  readonly model: string
}

/** How risky something was: what the action is worth, and what made it riskier. The same facts always give the same answer. */
export function assessRisk(facts: RiskFacts): Risk {
  const seen = rules.filter(([, holds]) => holds(facts)).map(([factor]) => factor)
  const factors = [...new Set([...facts.given, ...seen])]
  const added = factors.reduce((sum, factor) => sum + (isWeighed(factor) ? weights[factor] : 0), 0)
  const floor = facts.floor === null ? 0 : thresholds[facts.floor]
  const score = Math.min(100, Math.max(floor, baseScores[facts.base] + added))
  return { score, level: levelOf(score), factors, model: RISK_MODEL }
}

const isWeighed = (factor: string): factor is RiskFactor => factor in weights

function levelOf(score: number): RiskLevel {
  if (score >= thresholds.critical) return 'critical'
  if (score >= thresholds.high) return 'high'
  return score >= thresholds.medium ? 'medium' : 'low'
}

type Rule = readonly [RiskFactor, (facts: RiskFacts) => boolean]

const rules: readonly Rule[] = [
  ['failed', ({ outcome }) => outcome === 'failure'],
  ['denied', ({ outcome }) => outcome === 'denied'],
  ['privilege_raised', ({ changes }) => isRaised(changes)],
  ['super_admin', ({ changes }) => valueOf(changes?.after, 'role') === 'super_admin'],
  ['on_oneself', (facts) => givesPrivilege(facts) && facts.actor !== null && facts.actor.userId === facts.subjectId],
  ['no_expiry', ({ action, changes }) => action === 'access.granted' && valueOf(changes?.after, 'expiresAt') === null],
  ['no_reason', ({ action, changes }) => action === 'access.granted' && valueOf(changes?.after, 'reason') === null],
  ['outside_hours', ({ now, timezone }) => timezone !== null && isOutsideHours(now, timezone)],
  ['foreign_organization', ({ actor, orgId }) => actor !== null && isCustomer(actor.role) && actor.orgId !== orgId],
  ['bulk', ({ atOnce }) => atOnce >= 10 && atOnce < 100],
  ['mass', ({ atOnce }) => atOnce >= 100],
]

const isCustomer = (role: Role): boolean => customerRoles.some((one) => one === role)

const privileges = new Set([
  'access.granted',
  'access.updated',
  'access.handed_off',
  'user.role_changed',
  'user.mfa_reset',
])
const givesPrivilege = ({ action }: RiskFacts): boolean => privileges.has(action)

/** From least to most, within the kind of organization. */
const rank: Readonly<Record<string, number>> = {
  basic_user: 0,
  request_user: 1,
  report_viewer: 1,
  admin: 3,
  technician: 2,
  account_manager: 3,
  security_analyst: 3,
  super_admin: 4,
  read_only: 0,
  full_access: 1,
  emergency: 1,
}

function isRaised(changes: RiskFacts['changes']): boolean {
  return ['role', 'accessLevel'].some((field) => {
    const [before, after] = [rankOf(changes?.before, field), rankOf(changes?.after, field)]
    return before !== null && after !== null && after > before
  })
}

function rankOf(thing: unknown, field: string): number | null {
  const value = valueOf(thing, field)
  return typeof value === 'string' ? (rank[value] ?? null) : null
}

const valueOf = (thing: unknown, field: string): unknown =>
  typeof thing === 'object' && thing !== null ? (thing as Record<string, unknown>)[field] : undefined
