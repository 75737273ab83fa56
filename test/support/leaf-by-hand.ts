import { createHash } from 'node:crypto'
import { canonicalJson } from '../../src/policy/canonical-json.ts'
import type { InclusionProof } from '../../src/types/integrity.ts'

type Members = Record<string, any>

const OURS =
  /^(accessLevel|access_level|allowedServices|allowed_services|basis|by|code|databaseRole|days|end|format|framework|kind|method|model|operation|org_type|outcome|purpose|reasons|role|service|start|status|timezone|verdict)$/
const ID_OR_TIME = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-][\d:]+)?)?)$/i

const present = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined))

/**
 * The leaf as a reader of docs/audit-integrity.md computes it, from what the API shows of an event and of its proof.
 * @throws Error where personal data that are shown are not what the event is committed to
 */
export function leafByHand(event: Members, { personal }: Pick<InclusionProof, 'personal'>): string {
  const { sequence: _, erased: __, actor, ipAddress, userAgent, description, changes, details, ...rest } = event
  const taken: Members = {}
  const kept = {
    changes: withoutTexts(changes, '', { at: '/changes', taken }),
    details: withoutTexts(details, '', { at: '/details', taken }),
  }
  const groups: Record<string, Members> = {
    actor: present({ '/actor/email': actor?.email, '/ipAddress': ipAddress, '/userAgent': userAgent }),
    description: { '/description': description },
    content: taken,
  }
  for (const [group, { nonce, commitment }] of Object.entries(personal ?? {})) {
    if (nonce === null) continue
    const computed = createHash('sha256').update(`\x02${nonce}${canonicalJson(groups[group])}`)
    if (computed.digest('base64') !== commitment) throw new Error(`${group} is not what ${event['id']} is committed to`)
  }
  const commitments = Object.fromEntries(Object.entries(personal ?? {}).map(([group, one]) => [group, one.commitment]))
  const shown = present({ ...rest, ...kept, commitments, actor: actor && present({ ...actor, email: null }) })
  return createHash('sha256')
    .update(`\0${canonicalJson(shown)}`)
    .digest('base64')
}

function withoutTexts(value: any, member: string, { at, taken }: { at: string; taken: Members }): any {
  if (typeof value === 'string') {
    if (OURS.test(member) || ID_OR_TIME.test(value)) return value
    taken[at] = value
    return undefined
  }
  if (Array.isArray(value))
    return value
      .map((one, i) => withoutTexts(one, member, { at: `${at}/${i}`, taken }))
      .filter((one) => one !== undefined)
  if (typeof value !== 'object' || value === null) return value
  const kept: Members = {}
  for (const name of Object.keys(value)) {
    const there = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (there === '/details/details') taken[there] = value[name]
    else kept[name] = withoutTexts(value[name], name, { at: there, taken })
  }
  return kept
}
