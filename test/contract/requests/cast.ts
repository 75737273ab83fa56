import { v7 as uuidv7 } from 'uuid'
import { codeOf, equip } from '../../support/credentials.ts'
import type { Person } from '../../support/factories.ts'
import type { World } from '../../support/world.ts'

export interface Caller {
  readonly who: string
  readonly person: Person | null
  token: string | null
}

/** Who asks in one play, and what there is to ask about; what was answered adds to it. */
export interface Cast {
  readonly callers: readonly Caller[]
  readonly pools: Map<string, string[]>
}

export async function makeCast(world: World): Promise<Cast> {
  const [mine, other, suspended] = [
    await world.customer(),
    await world.customer(),
    await world.customer({ status: 'suspended' }),
  ]
  const owing = { mfaEnabled: false }
  const people = {
    'a super admin': await world.staff('super_admin'),
    'another super admin': await world.staff('super_admin'),
    'an account manager': await world.staff('account_manager'),
    'a security analyst': await world.staff('security_analyst'),
    'a technician': await world.staff('technician'),
    'a technician on call': await world.staff('technician'),
    "a customer's admin": await world.member(mine, 'admin'),
    "a customer's report viewer": await world.member(mine, 'report_viewer'),
    "another customer's basic user": await world.member(other, 'basic_user', owing),
    'a super admin who owes a second factor': await world.staff('super_admin', owing),
    'an admin of a suspended customer': await world.member(suspended, 'admin'),
  }
  const holder = await equip(world, people["a customer's admin"])
  await equip(world, people["another customer's basic user"])
  const grants = [
    await world.grant(people['a technician'], mine),
    await world.grant(people['a technician on call'], mine, { accessLevel: 'full_access' }),
    await world.grant(people['a technician on call'], other, { accessLevel: 'emergency' }),
  ]
  const all = Object.values(people)
  const pools = new Map([
    ['user', all.map(({ id }) => id)],
    ['organization', [mine.id, other.id, suspended.id, (await world.provider()).id]],
    ['grant', grants],
    ['review', await reviewsOf(world, grants)],
    ['session', all.map(({ sessionId }) => sessionId)],
    ['notification', await Promise.all(all.map((person) => notify(world, person)))],
    ['email', all.map(({ email }) => email)],
    ['code', [codeOf(world, holder.secret), ...holder.recoveryCodes]],
  ])
  const callers = Object.entries(people).map(([who, person]): Caller => ({ who, person, token: person.token }))
  // Who may do most comes most often, or most would be refused at the door.
  const mighty = callers.filter(({ who }) => /super admin$|manager$/.test(who))
  return { callers: [...callers, ...mighty, ...mighty, { who: 'nobody', person: null, token: null }], pools }
}

async function reviewsOf({ admin }: World, grants: readonly string[]): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>('select id from access_reviews where access_id = any ($1)', [
    grants,
  ])
  return rows.map(({ id }) => id)
}

async function notify({ admin }: World, { id: userId, orgId }: Person): Promise<string> {
  const id = uuidv7()
  await admin.query(
    `insert into notifications (org_id, id, user_id, kind, title, body, created_at)
     values ($1, $2, $3, 'access_expiring', 'Title', 'Body', now())`,
    [orgId, id, userId],
  )
  return id
}

/** Whose session has ended signs in again, as far as they may. */
export async function renew(world: World, caller: Caller, body: string): Promise<void> {
  if (caller.person && body.includes('"session_revoked"')) caller.token = (await world.signIn(caller.person)).token
}

/** Whose `id` it is that an answer has, by where it came from. */
const homes: readonly (readonly [RegExp, string])[] = [
  [/\/(?:grant|handoff|technicians|technician\/|access\/)|^\/api\/technician-access\//, 'grant'],
  [/\/reviews/, 'review'],
  [/\/audit\/(?:logs|organizations\/[^/]+\/recent)/, 'event'],
  [/\/sessions/, 'session'],
  [/\/passkeys/, 'passkey'],
  [/\/notifications/, 'notification'],
  [/\/profile\/views/, 'view'],
  [/\/users/, 'user'],
  [/\/organizations/, 'organization'],
]
const tokens = ['refreshToken', 'challengeToken', 'nextCursor', 'invitationUrl']
const MOST = 40

/** Keeps what later requests can be about. */
export function harvest({ pools }: Cast, url: string, body: string): void {
  const told = parsed(body)
  if (told === undefined) return
  const home = homes.find(([pattern]) => pattern.test(url))?.[1]
  const found = [told, ...[told['items'] ?? []].flat()] as Record<string, unknown>[]
  for (const one of found.slice(0, 10)) if (home !== undefined) keep(pools, home, one['id'])
  for (const name of tokens) keep(pools, name, told[name])
  keep(pools, 'token', typeof told['invitationUrl'] === 'string' ? told['invitationUrl'].split('/').at(-1) : undefined)
}

function keep(pools: Map<string, string[]>, kind: string, value: unknown): void {
  if (typeof value !== 'string') return
  pools.set(kind, [value, ...(pools.get(kind) ?? []).filter((one) => one !== value)].slice(0, MOST))
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const { data } = JSON.parse(body)
    return Array.isArray(data) ? { items: data } : (data ?? undefined)
  } catch {
    return undefined
  }
}
