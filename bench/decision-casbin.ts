import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import type { Question } from './question.ts'
import { compareDecisions } from './support/decisions.ts'
import type { Decider } from './support/decisions.ts'
import { TECHNICIANS } from './support/population.ts'
import type { Population } from './support/population.ts'

export const decisionCasbin: Question = {
  id: 'decision-casbin',
  question: 'How many times as fast as casbin, which is asked for the level alone?',
  goal: 25,
  run: (report) => compareDecisions(makePeer, report),
}

const model = `
[request_definition]
r = sub, dom, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.act == p.act
`

/** Its form for tenants: people have roles in domains, so that two policies do and the grants are found by their key. */
async function makePeer(population: Population): Promise<Decider> {
  const lines = ['p, read_only, read_only', 'p, full_access, read_only', 'p, full_access, full_access']
  for (let t = 0; t < TECHNICIANS; t++)
    for (const { technicianId, accessLevel, customerOrgId } of population.grantsOf(t))
      lines.push(`g, ${technicianId}, ${accessLevel}, ${customerOrgId}`)
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(lines.join('\n')))
  return {
    decide: ({ pair, asked }) => enforcer.enforceSync(pair.technicianId, pair.customerOrgId, asked.level),
    expected: ({ facts, asked }) =>
      facts.some(({ accessLevel }) => asked.level === 'read_only' || accessLevel !== 'read_only'),
    asked: 20_000,
  }
}
