import type { Call } from '../../context.ts'
import { actions } from '../../policy/audit-actions.ts'
import { assessRisk } from '../../policy/risk.ts'
import type { Principal } from '../../types/principal.ts'
import type { RiskLevel } from '../../types/vocabulary.ts'
import type { Actor, Happening } from './record.ts'

interface Assessed {
  readonly riskLevel: RiskLevel
  readonly riskFactors: readonly string[]
  readonly details: Readonly<Record<string, unknown>>
}

/** The risk of an event, with the score and the model's version among its details, so that they are part of what is hashed. */
export function riskOf(call: Call & { principal?: Principal }, happening: Happening, actor: Actor | null): Assessed {
  const { action, orgId, outcome = 'success', changes = null, details, resource, atOnce = 1 } = happening
  const technicianId = details?.['technicianId']
  const { level, factors, score, model } = assessRisk({
    base: actions[action].risk,
    floor: happening.riskLevel ?? null,
    given: happening.riskFactors ?? [],
    action,
    orgId,
    outcome,
    changes,
    subjectId: typeof technicianId === 'string' ? technicianId : (resource?.id ?? null),
    actor,
    now: call.now,
    timezone: call.principal?.settings.timezone ?? null,
    atOnce,
  })
  return { riskLevel: level, riskFactors: factors, details: { ...details, risk: { score, model } } }
}
