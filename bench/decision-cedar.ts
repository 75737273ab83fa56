import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import type { Question } from './question.ts'
import { holdsWithoutPlaceAndHour } from './decision-casl.ts'
import { compareDecisions } from './support/decisions.ts'
import type { Decider } from './support/decisions.ts'
import { TECHNICIANS } from './support/population.ts'
import type { Population } from './support/population.ts'
import type { LiveGrantRow } from '../src/queries/access-changes.ts'

export const decisionCedar: Question = {
  id: 'decision-cedar',
  question:
    'How many times as fast as Cedar, which is handed the grants of the pair and asked for level, service, start and end alone?',
  goal: 60,
  run: (report) => compareDecisions(makePeer, report),
}

const policy = `
permit (principal, action, resource) when {
  context.startsAt <= context.now && context.now < context.expiresAt &&
  (context.level != "read_only" || context.asked == "read_only") &&
  (context.anyService || context.services.contains(context.service))
};`

/** The quickest way there is with it: parsed beforehand, without entities, the grant found by a Map and passed as context. */
function makePeer(population: Population): Decider {
  const parsed = preparsePolicySet('grants', { staticPolicies: { grants: policy } })
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors))
  const grants = new Map<string, LiveGrantRow>()
  for (let t = 0; t < TECHNICIANS; t++)
    for (const grant of population.grantsOf(t)) grants.set(grant.technicianId + grant.customerOrgId, grant)
  return {
    decide({ pair, asked }) {
      const grant = grants.get(pair.technicianId + pair.customerOrgId)
      if (grant === undefined) return false
      const answer = statefulIsAuthorized({
        principal: { type: 'User', id: pair.technicianId },
        action: { type: 'Action', id: 'use' },
        resource: { type: 'Customer', id: pair.customerOrgId },
        context: {
          now: asked.now.getTime(),
          startsAt: grant.startsAt ?? 0,
          expiresAt: grant.expiresAt ?? Number.MAX_SAFE_INTEGER,
          level: grant.accessLevel,
          asked: asked.level,
          anyService: grant.allowedServices === null,
          services: [...(grant.allowedServices ?? [])],
          service: asked.service ?? '',
        },
        preparsedPolicySetId: 'grants',
        entities: [],
      })
      if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
      return answer.response.decision === 'allow'
    },
    expected: holdsWithoutPlaceAndHour,
    asked: 20_000,
  }
}
