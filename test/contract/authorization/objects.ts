import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../../support/factories.ts'
import { MALFORMED, missing, personas, personOf } from './personas.ts'
import type { Persona, Stage } from './personas.ts'
import type { Thing } from './table.ts'

/** The id of a thing as the persona meets it; undefined where there is no such thing. What a call uses up is made anew each time. */
export type Kind = (stage: Stage, persona: Persona, thing: Thing) => Promise<string | undefined>

type Found = Partial<Record<Thing, string | Promise<string>>>

const kind =
  (find: (stage: Stage, persona: Persona) => { [T in Thing]?: () => Found[T] }): Kind =>
  async (stage, persona, thing) => {
    if (thing === 'missing') return missing()
    return thing === 'malformed' ? MALFORMED : find(stage, persona)[thing]?.()
  }

const isMember = (persona: Persona): boolean => ['CA', 'CM'].includes(personas[persona])
const idOf = async (one: Promise<{ id: string }>): Promise<string> => (await one).id

export const organization = kind(({ mine, other, provider, gone }) => ({
  own: () => mine.id,
  other: () => other.id,
  provider: () => provider.id,
  deleted: () => gone.id,
}))

/** For what ends one. */
export const spareOrganization = kind(({ world, mine, other, provider, gone }, persona) => ({
  own: () => (isMember(persona) ? mine.id : idOf(world.customer())),
  other: () => (isMember(persona) ? other.id : idOf(world.customer())),
  provider: () => provider.id,
  deleted: () => gone.id,
}))

export const user = kind(({ colleague, stranger, technician, leaver }) => ({
  own: () => colleague.id,
  other: () => stranger.id,
  provider: () => technician.id,
  deleted: () => leaver.id,
}))

/** For what can be done to somebody once. */
export const invitedUser = kind(({ world, mine, other, leaver }) => {
  const invited = (customer: Customer) => idOf(world.member(customer, 'basic_user', { status: 'invited' }))
  return {
    own: () => invited(mine),
    other: () => invited(other),
    provider: () => idOf(world.staff('technician', { status: 'invited' })),
    deleted: () => leaver.id,
  }
})

/** There is no other, and none that is missing. */
export const oneself: Kind = async (stage, persona, thing) =>
  thing === 'own' ? personOf(stage, persona).id : undefined

/** Who grants can be held by, and who not. */
export const grantee = kind(({ stranger, technician, formerTechnician }) => ({
  other: () => stranger.id,
  provider: () => technician.id,
  deleted: () => formerTechnician.id,
}))

export const spareGrantee = kind(({ world, stranger, formerTechnician }) => ({
  other: () => stranger.id,
  provider: () => idOf(world.staff('technician')),
  deleted: () => formerTechnician.id,
}))

const spareTechnician = ({ world }: Stage): Promise<Person> => world.staff('technician')

/** Somebody else's. */
export const grant = kind((stage) => {
  const { world, mine, other } = stage
  return {
    own: async () => world.grant(await spareTechnician(stage), mine),
    other: async () => world.grant(await spareTechnician(stage), other),
    deleted: async () => world.grant(await spareTechnician(stage), mine, { status: 'revoked' }),
  }
})

/** The caller's own; `other` and `provider` are somebody else's, on the other customer and on the one in hand. */
export const heldGrant = kind((stage, persona) => {
  const { world, grants, mine, other } = stage
  const anybodys = persona === 'a technician without any grant' ? undefined : grants.get('a super admin')
  const { own, deleted } = grants.get(persona) ?? anybodys ?? {}
  return {
    own: () => own,
    other: async () => world.grant(await spareTechnician(stage), other),
    provider: async () => world.grant(await spareTechnician(stage), mine),
    deleted: () => deleted,
  }
})

export const review = kind((stage) => ({
  own: () => reviewOn(stage, stage.mine),
  other: () => reviewOn(stage, stage.other),
  deleted: async () => {
    const id = await reviewOn(stage, stage.mine)
    await stage.world.admin.query(
      `update access_reviews set closed_at = now(), closed_by = $2, verdict = 'justified', notes = 'as it should be' where id = $1`,
      [id, stage.people.get('a super admin')?.id],
    )
    return id
  },
}))

async function reviewOn(stage: Stage, customer: Customer): Promise<string> {
  const accessId = await stage.world.grant(await spareTechnician(stage), customer, { accessLevel: 'emergency' })
  const { rows } = await stage.world.admin.query('select id from access_reviews where access_id = $1', [accessId])
  return rows[0].id
}

/** Asked for by somebody else; there is nothing so old. */
export const cleanup = kind((stage) => ({
  own: () => cleanupOf(stage, stage.mine),
  other: () => cleanupOf(stage, stage.other),
  deleted: async () => {
    const id = await cleanupOf(stage, stage.mine)
    await stage.world.admin.query(
      `update audit_cleanups set approved_by = $2, approved_at = now(), removed = 0, removed_in = pg_current_xact_id() where id = $1`,
      [id, stage.people.get('a security analyst')?.id],
    )
    return id
  },
}))

async function cleanupOf({ world, people }: Stage, customer: Customer): Promise<string> {
  const { rows } = await world.admin.query(
    `insert into audit_cleanups (id, org_id, of_all, as_of, older_than_days, plan_digest, eligible, kept_legal_hold, kept_retention,
                                 requested_by, requested_at, expires_at)
     select $1, $2, false, now(), 400, plan_hash, 0, 0, 0, $3, now(), now() + interval '1 day'
       from plan_audit_cleanup(now()::date, 400, $2) returning id`,
    [uuidv7(), customer.id, people.get('an account manager')?.id],
  )
  return rows[0].id
}

export const hold = kind((stage) => ({
  own: () => holdOn(stage, stage.mine),
  other: () => holdOn(stage, stage.other),
  deleted: async () => {
    const id = await holdOn(stage, stage.mine)
    await stage.world.admin.query(
      `update audit_holds set released_at = now(), released_by = placed_by, release_reason = 'over' where id = $1`,
      [id],
    )
    return id
  },
}))

async function holdOn({ world, people }: Stage, customer: Customer): Promise<string> {
  const { rows } = await world.admin.query(
    `insert into audit_holds (id, org_id, case_reference, reason, placed_by, placed_at)
     values ($1, $2, 'Case 1', 'a test', $3, now()) returning id`,
    [uuidv7(), customer.id, people.get('a super admin')?.id],
  )
  return rows[0].id
}

export const notification = kind((stage, persona) => {
  const { technician, stranger } = stage
  return {
    own: () => notificationOf(stage, personOf(stage, persona)),
    other: () => notificationOf(stage, stranger),
    provider: () => notificationOf(stage, technician),
  }
})

async function notificationOf({ world }: Stage, { id: userId, orgId }: Person): Promise<string> {
  const id = uuidv7()
  await world.admin.query(
    `insert into notifications (org_id, id, user_id, kind, title, body, created_at)
     values ($1, $2, $3, 'access_expiring', 'Title', 'Body', now())`,
    [orgId, id, userId],
  )
  return id
}

export const view = kind((stage, persona) => {
  const { world, stranger, technician } = stage
  const self = personOf(stage, persona)
  return {
    own: () => saveView(world, self),
    other: () => saveView(world, stranger),
    provider: () => saveView(world, technician),
    deleted: async () => {
      const id = await saveView(world, self)
      await world.admin.query('delete from saved_views where id = $1', [id])
      return id
    },
  }
})

async function saveView({ admin }: Stage['world'], { id: userId, orgId }: Person): Promise<string> {
  const id = uuidv7()
  await admin.query(
    `insert into saved_views (org_id, id, user_id, page, name, query, created_at) values ($1, $2, $3, 'audit', $4, '', now())`,
    [orgId, id, userId, `View ${id}`],
  )
  return id
}

export const session = kind((stage, persona) => {
  const { world, stranger, technician } = stage
  const self = personOf(stage, persona)
  return {
    own: async () => (await world.signIn(self)).sessionId,
    other: () => stranger.sessionId,
    provider: () => technician.sessionId,
    deleted: async () => {
      const { sessionId } = await world.signIn(self)
      await world.admin.query(
        `update user_sessions set revoked_at = now(), revoked_reason = 'logged_out' where id = $1`,
        [sessionId],
      )
      return sessionId
    },
  }
})

export const passkey = kind((stage, persona) => {
  const { world, stranger, technician } = stage
  const self = personOf(stage, persona)
  return {
    own: () => addPasskey(world, self),
    other: () => addPasskey(world, stranger),
    provider: () => addPasskey(world, technician),
    deleted: async () => {
      const id = await addPasskey(world, self)
      await world.admin.query('delete from passkeys where id = $1', [id])
      return id
    },
  }
})

async function addPasskey({ admin }: Stage['world'], { id, orgId }: Person): Promise<string> {
  const { rows } = await admin.query(
    `insert into passkeys (org_id, id, user_id, name, credential_id, public_key, sign_count, transports, backed_up, created_at)
     values ($1, gen_random_uuid(), $2, 'Key', uuid_send(gen_random_uuid()), '\\x01', 0, '{}', false, now()) returning id`,
    [orgId, id],
  )
  return rows[0].id
}
