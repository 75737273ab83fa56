import { createMongoAbility, subject } from '@casl/ability'
import type { MongoAbility } from '@casl/ability'
import type { Question } from './question.ts'
import { compareDecisions } from './support/decisions.ts'
import type { Decider } from './support/decisions.ts'
import { TECHNICIANS } from './support/population.ts'
import type { Case, Population } from './support/population.ts'

export const decisionCasl: Question = {
  id: 'decision-casl',
  question: 'How many times as fast as CASL, which is asked for level, service, start and end alone?',
  goal: 8,
  run: (report) => compareDecisions(makePeer, report),
}

/** The quickest way there is with it: an ability per technician, the customer as type, so that a rule is found by its key. */
function makePeer(population: Population): Decider {
  const abilities = new Map<string, MongoAbility>()
  for (let t = 0; t < TECHNICIANS; t++) {
    const rules = population.grantsOf(t).map((grant) => ({
      action: grant.accessLevel === 'read_only' ? 'read_only' : ['read_only', 'full_access'],
      subject: grant.customerOrgId,
      conditions: {
        now: { $gte: grant.startsAt ?? Infinity, ...(grant.expiresAt !== null && { $lt: grant.expiresAt }) },
        ...(grant.allowedServices && { service: { $in: grant.allowedServices } }),
      },
    }))
    abilities.set(population.technician(t), createMongoAbility(rules))
  }
  return {
    decide({ pair, asked }) {
      const about = subject(pair.customerOrgId, { now: asked.now.getTime(), service: asked.service })
      return abilities.get(pair.technicianId)?.can(asked.level, about) ?? false
    },
    expected: holdsWithoutPlaceAndHour,
  }
}

/** What the grants say when nobody asks from where and at which hour of the week. */
export function holdsWithoutPlaceAndHour({ facts, asked }: Case): boolean {
  return facts.some(
    ({ accessLevel, startsAt, expiresAt, allowedServices }) =>
      (asked.level === 'read_only' || accessLevel !== 'read_only') &&
      startsAt <= asked.now &&
      (expiresAt === null || asked.now < expiresAt) &&
      (allowedServices === null || allowedServices.includes(asked.service ?? '')),
  )
}
