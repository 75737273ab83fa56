import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCheckpoint } from '../../src/policy/checkpoint.ts'
import { leafOf } from '../../src/policy/event-leaf.ts'
import { part, sealingOf } from '../../src/policy/personal-data.ts'
import { listStoredEvents } from '../../src/queries/audit-verification.ts'
import { headText } from '../../src/services/audit/trail-trees.ts'
import type { Fault } from '../../src/types/integrity.ts'
import { chance, fillTrail, openTamperer } from '../support/trail.ts'
import type { Tamperer } from '../support/trail.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** In each organization; the first is the database's own. */
const EVENTS = 25
const SEALS = 4
const A_SEAL = 6
const PLACES = Number(process.env['TAMPERINGS'] ?? 1000)
const pick = chance(Number(process.env['TAMPERINGS_SEED'] ?? 20_261_123))

let world: World
let tamperer: Tamperer
let organizations: string[]
/** Of an organization with an erased person: their event, one of somebody else, and that of the erasure. */
let erased: { theirs: Place; other: Place; erasure: Place }
let checkpoints: number
beforeAll(async () => {
  world = await createWorld()
  organizations = await fillTrail(world, { organizations: 3, events: SEALS * A_SEAL, seals: SEALS })
  tamperer = await openTamperer(world)
  erased = await eraseSomebody(world)
  checkpoints = (await tamperer.query('select max(id) as id from audit_checkpoints'))[0].id
})
afterAll(async () => {
  await tamperer.end()
  await world.close()
})

/** What the first fault must say. */
type Expected = Partial<Fault>
interface Place {
  org: string
  sequence: number
  event: string
  at: string
}

const query = (text: string, ...values: unknown[]) => tamperer.query(text, values)

async function somewhere(
  org = organizations[pick(organizations.length)] ?? '',
  sequence = pick(EVENTS),
): Promise<Place> {
  const [row] = await query(
    'select event_id as event, occurred_at as at from audit_seals where org_id = $1 and sequence = $2',
    org,
    sequence,
  )
  return { org, sequence, event: row.event, at: row.at }
}

async function twoPlaces(): Promise<[Place, Place]> {
  const one = await somewhere()
  const other = await somewhere(one.org, (one.sequence + 1 + pick(EVENTS - 1)) % EVENTS)
  return one.sequence < other.sequence ? [one, other] : [other, one]
}

const found = ({ org, sequence, event }: Place, kind: Fault['kind']): Expected => ({
  kind,
  organizationId: org,
  sequence,
  eventId: event,
})
const here = 'where org_id = $1 and id = $2'

const edits = [
  `occurred_at = occurred_at + interval '1 millisecond'`,
  `user_id = gen_random_uuid()`,
  `user_id = null`,
  `actor_email = 'somebody@else.example'`,
  `actor_role = 'super_admin'`,
  `actor_org_id = null`,
  `action = 'user.deleted'`,
  `category = 'system'`,
  `resource_type = null`,
  `resource_id = resource_id || ' '`,
  `description = 'Nothing to see'`,
  `outcome = 'denied'`,
  `risk_level = 'critical'`,
  `risk_factors = risk_factors || 'more'::text`,
  `compliance_relevant = not compliance_relevant`,
  `frameworks = frameworks[2:]`,
  `ip_address = '203.0.113.9'`,
  `user_agent = 'another'`,
  `session_id = gen_random_uuid()`,
  `request_id = 'another'`,
  `changes = null`,
  `changes = jsonb_set(changes, '{after,n}', '-1')`,
  `details = details || '{"more": null}'`,
  `details = details - 'n'`,
  `actor_nonce = substring(sha256(actor_nonce) for 16)`,
  `content_nonce = null, content_commitment = sha256(content_nonce)`,
] as const

const tamperings: Record<string, () => Promise<Expected>> = {
  async 'edit one column'() {
    const place = await somewhere()
    const told = async () =>
      (await query(`select a::text as told from audit_logs a ${here}`, place.org, place.event))[0].told
    const before = await told()
    // Not every event has what every edit takes away.
    while ((await told()) === before)
      await query(`update audit_logs set ${edits[pick(edits.length)]} ${here}`, place.org, place.event)
    return found(place, 'edited')
  },

  async 'swap the actors of two events'() {
    const [first, second] = await twoPlaces()
    await query(
      `update audit_logs a set actor_email = b.actor_email from audit_logs b
        where a.org_id = $1 and a.id = any ($2) and b.org_id = a.org_id and b.id = any ($2) and b.id <> a.id`,
      first.org,
      [first.event, second.event],
    )
    return found(first, 'edited')
  },

  async 'edit an event, its leaf and its seal alike'() {
    const place = await somewhere()
    await query(`update audit_logs set description = 'Consistent' ${here}`, place.org, place.event)
    const { text, values, read } = listStoredEvents([{ orgId: place.org, id: place.event, occurredAt: place.at }])
    const rows = await query(text, ...values)
    const [event] = read({ rows, affected: 1 })
    const leaf = event && leafOf(event)
    await query(`update audit_logs set leaf = $3 ${here}`, place.org, place.event, leaf)
    await query('update audit_seals set leaf = $3 where org_id = $1 and event_id = $2', place.org, place.event, leaf)
    return found(place, 'edited')
  },

  async 'erase from an event without an erasure'() {
    const place = [erased.other, await somewhere()][pick(2)] ?? erased.other
    await eraseAsErasuresDo(place)
    return found(place, 'edited')
  },

  async 'put something back into an erased event'() {
    const back = [`actor_email = 'somebody@else.example'`, `user_agent = 'another'`, `description = 'Nothing to see'`]
    const more = [`details = details || '{"note": "more"}'`, `changes = changes #- '{after,role}'`]
    await query(`update audit_logs set ${[...back, ...more][pick(5)]} ${here}`, erased.theirs.org, erased.theirs.event)
    return found(erased.theirs, 'edited')
  },

  async 'edit the commitment of an erased event'() {
    const group = ['description', 'content'][pick(2)]
    const change = `${group}_commitment = sha256(${group}_commitment)`
    await query(`update audit_logs set ${change} ${here}`, erased.theirs.org, erased.theirs.event)
    return found(erased.theirs, 'edited')
  },

  async 'delete an erasure'() {
    const { org, event } = erased.erasure
    await query(`delete from audit_logs ${here}`, org, event)
    return { kind: 'edited', organizationId: org }
  },

  async 'delete an event'() {
    const place = await somewhere()
    await query(`delete from audit_logs ${here}`, place.org, place.event)
    return found(place, 'deleted')
  },

  async 'delete an event with its seal'() {
    const place = await somewhere(undefined, pick(EVENTS - 1))
    await query(`delete from audit_logs ${here}`, place.org, place.event)
    await query('delete from audit_seals where org_id = $1 and sequence = $2', place.org, place.sequence)
    return { ...found(place, 'deleted'), eventId: null }
  },

  async 'delete a seal'() {
    const place = await somewhere(undefined, pick(EVENTS - 1))
    await query('delete from audit_seals where org_id = $1 and sequence = $2', place.org, place.sequence)
    return found(place, 'deleted')
  },

  async 'cut the tail'() {
    const { org, sequence } = await somewhere()
    await query(
      'delete from audit_logs where org_id = $1 and id in (select event_id from audit_seals where org_id = $1 and sequence >= $2)',
      org,
      sequence,
    )
    await query('delete from audit_seals where org_id = $1 and sequence >= $2', org, sequence)
    return { kind: 'cut_tail', organizationId: org, sequence, throughSequence: EVENTS - 1 }
  },

  // The first is the database's own: whoever is at the database can have it write more of those.
  async 'insert an event'() {
    const before = await somewhere(undefined, 1 + pick(EVENTS - 1))
    const id = uuidv7()
    await query(
      `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
       select org_id, occurred_at, $3, action, category, 'Forged', outcome, risk_level, compliance_relevant from audit_logs ${here}`,
      before.org,
      before.event,
      id,
    )
    return {
      kind: 'inserted',
      organizationId: before.org,
      eventId: id,
      sequence: expect.any(Number) as unknown as number,
    }
  },

  async 'insert a copy of an event under another id, marks and all'() {
    const before = await somewhere()
    const id = uuidv7()
    await query(
      `insert into audit_logs select (jsonb_populate_record(a, jsonb_build_object('id', $3::text))).* from audit_logs a ${here}`,
      before.org,
      before.event,
      id,
    )
    return { kind: 'inserted', organizationId: before.org, eventId: id }
  },

  async 'insert an event with a seal'() {
    const { org, event } = await somewhere()
    const id = uuidv7()
    await query(
      `insert into audit_logs select (jsonb_populate_record(a, jsonb_build_object('id', $3::text))).* from audit_logs a ${here}`,
      org,
      event,
      id,
    )
    const { text, values, read } = listStoredEvents([{ orgId: org, id, occurredAt: (await placeOf(org, id)).at }])
    const [stored] = read({ rows: await query(text, ...values), affected: 1 })
    await query(
      `insert into audit_seals (org_id, sequence, event_id, occurred_at, leaf, mark)
       select org_id, $3, id, occurred_at, $4::bytea, substring($4::bytea for 16) from audit_logs ${here}`,
      org,
      id,
      EVENTS,
      stored && leafOf(stored),
    )
    return { kind: 'inserted', organizationId: org, sequence: EVENTS, eventId: id }
  },

  async 'swap two places'() {
    const [first, second] = await twoPlaces()
    const move = 'update audit_seals set sequence = $3 where org_id = $1 and event_id = $2'
    await query(move, first.org, first.event, 1_000_000)
    await query(move, first.org, second.event, first.sequence)
    await query(move, first.org, first.event, second.sequence)
    return { kind: 'reordered', organizationId: first.org, sequence: first.sequence, eventId: second.event }
  },

  async 'edit a head'() {
    const { org } = await somewhere()
    const size = 1 + pick(SEALS + 1) * A_SEAL
    const change = ['root = sha256(root)', 'signature = overlay(signature placing sha256(root) from 3)'][pick(2)]
    await query(`update audit_heads set ${change} where org_id = $1 and size = $2`, org, size)
    return { kind: 'changed_head', organizationId: org, sequence: size - 1 }
  },

  async 'delete a head'() {
    const [head] = await query(
      'select position, checkpoint_id as id from audit_heads order by position limit 1 offset $1',
      pick(SEALS * 3),
    )
    await query('delete from audit_heads where position = $1', head.position)
    return { kind: 'changed_head', checkpoint: head.id }
  },

  async 'edit a checkpoint'() {
    const id = 1 + pick(checkpoints)
    const changes = [
      `note = replace(note, 'time 2', 'time 3')`,
      `note = overlay(note placing case substr(note, length(note) - 5, 1) when 'A' then 'B' else 'A' end from length(note) - 5)`,
      'root = sha256(root)',
      'tree_size = tree_size + 1',
      `created_at = created_at + interval '1 minute'`,
    ]
    await query(`update audit_checkpoints set ${changes[pick(changes.length)]} where id = $1`, id)
    return { kind: 'changed_checkpoint', checkpoint: id }
  },

  async 'delete a checkpoint'() {
    const id = 1 + pick(checkpoints)
    await query('delete from audit_checkpoints where id = $1', id)
    return { kind: 'changed_checkpoint', checkpoint: id }
  },
}

/** Everything but the event that tells of it. */
async function eraseAsErasuresDo({ org, event: id, at }: Place): Promise<void> {
  const { text, values, read } = listStoredEvents([{ orgId: org, id, occurredAt: at }])
  const [event] = read({ rows: await query(text, ...values), affected: 1 })
  if (!event) throw new Error('there is no such event')
  const group = (['actor', 'description', 'content'] as const)[pick(3)] ?? 'description'
  const parted = part(event)
  const taken = {
    actor: 'actor_email = null, ip_address = null, user_agent = null',
    description: `description = '[erased]'`,
    content: 'changes = $4, details = $5',
  }
  const left =
    group === 'content' ? [parted.changes && JSON.stringify(parted.changes), JSON.stringify(parted.details)] : []
  const commitment = `${group}_nonce = null, ${group}_commitment = $3`
  await query(
    `update audit_logs set ${taken[group]}, ${commitment} ${here}`,
    ...[org, id, sealingOf(event, parted, group).commitment, ...left],
  )
}

/** By the application, and sealed. */
async function eraseSomebody({ admin, runJob, ...of }: World): Promise<typeof erased> {
  const customer = await of.customer()
  const superAdmin = of.as(await of.staff('super_admin'))
  const person = await of.member(customer, 'basic_user')
  await of.as(person).put(`/api/users/${person.id}`, { firstName: 'Ada' })
  await superAdmin.put(`/api/users/${person.id}`, { role: 'request_user', firstName: 'Adele' })
  await superAdmin.delete(`/api/users/${person.id}`)
  await runJob('seal-trail')
  await superAdmin.post(`/api/users/${person.id}/erase`, { basis: 'objection' })
  await runJob('seal-trail')
  const place = async (condition: string): Promise<Place> => {
    const { rows } = await admin.query(
      `select a.org_id as org, s.sequence::int as sequence, a.id as event, a.occurred_at as at
         from audit_logs a join audit_seals s on s.org_id = a.org_id and s.event_id = a.id
        where a.org_id = $1 and ${condition} order by s.sequence limit 1`,
      [customer.id],
    )
    return { ...rows[0], at: rows[0].at.toISOString() }
  }
  return {
    theirs: await place(`a.action = 'user.role_changed'`),
    other: await place(`a.resource_type = 'organizations'`),
    erasure: await place(`a.action = 'privacy.erased'`),
  }
}

async function placeOf(org: string, id: string): Promise<{ at: string }> {
  const [row] = await query(`select occurred_at as at from audit_logs ${here}`, org, id)
  return row
}

const names = Object.keys(tamperings)

test('an untouched trail verifies', async () => {
  const report = await tamperer.verify()
  expect(report).toMatchObject({ faults: [], moreFaults: 0, events: expect.any(Number) })
  expect(report.events).toBeGreaterThanOrEqual(organizations.length * EVENTS)
})

test.each(names.map((name, i) => [name, i] as const))(
  `%s: found wherever it is, by its first place, and nowhere else`,
  async (name, i) => {
    const rounds = Math.floor(PLACES / names.length) + (i < PLACES % names.length ? 1 : 0)
    for (let round = 0; round < rounds; round++) {
      await tamperer.undone(async () => {
        const expected = await tamperings[name]?.()
        const { faults } = await tamperer.verify()
        expect(faults[0], `${name}, round ${round}: ${JSON.stringify(faults)}`).toMatchObject(expected ?? {})
        const named = new Set(faults.map(({ organizationId }) => organizationId ?? expected?.organizationId ?? null))
        expect([...named], `${name}, round ${round}: ${JSON.stringify(faults)}`).toEqual([
          expected?.organizationId ?? null,
        ])
      })
    }
  },
  300_000,
)

test('of one organization: its own heads must be signed, those of others must be the leaves that a checkpoint was signed over', async () => {
  const [asked = '', other = ''] = organizations
  const head = 'where org_id = $1 and size = (select max(size) from audit_heads where org_id = $1)'
  const faultsWith = (change: string, org: string): Promise<Fault[]> =>
    tamperer.undone(async () => {
      await query(`update audit_heads set ${change} ${head}`, org)
      return [...(await tamperer.verify({ only: asked })).faults]
    })
  const otherSignature = 'signature = overlay(signature placing sha256(root) from 3)'
  expect(await faultsWith('root = root', other)).toEqual([])
  expect(await faultsWith(otherSignature, other)).toEqual([])
  expect((await faultsWith(otherSignature, asked))[0]).toMatchObject({ kind: 'changed_head', organizationId: asked })
  const changed = { kind: 'changed_head', checkpoint: expect.any(Number) as unknown as number }
  expect((await faultsWith('root = sha256(root)', other))[0]).toMatchObject(changed)
})

describe('everything rebuilt with the same key', () => {
  test('is found with a checkpoint that was kept elsewhere, and with a head the organization and the first of its events are named', async () => {
    const { trailKey } = world.house.credentials
    const [{ note }] = await query('select note from audit_checkpoints where id = 3')
    const kept = [readCheckpoint(trailKey.open(note) ?? '')].filter((one) => one !== null)
    const heads = await query(
      'select org_id as "orgId", size, root from audit_heads where checkpoint_id <= 3 order by position',
    )
    const keptHeads = heads.map((head) => readCheckpoint(headText(trailKey.name, head))).filter((one) => one !== null)
    expect((await tamperer.verify({ anchored: [...kept, ...keptHeads] })).faults).toEqual([])

    const place = await somewhere(organizations[1], 8)
    await query(`update audit_logs set description = 'Rebuilt' ${here}`, place.org, place.event)
    const rows = await query(`select id, org_id as "orgId", occurred_at as "occurredAt" from audit_logs`)
    const { text, values, read } = listStoredEvents(rows)
    for (const event of read({ rows: await query(text, ...values), affected: 0 })) {
      const leaf = leafOf(event)
      await query(
        `update audit_logs set leaf = $3, written_mark = $4 where org_id = $1 and id = $2 and leaf is not null`,
        event.orgId,
        event.id,
        leaf,
        trailKey.markOfEvent(leaf),
      )
    }
    for (const table of ['nodes', 'heads', 'seals', 'checkpoints']) await query(`delete from audit_${table}`)
    await world.runJob('seal-trail')

    expect((await tamperer.verify()).faults).toEqual([])
    expect((await tamperer.verify({ anchored: kept })).faults).toMatchObject([{ kind: 'rewritten' }])
    const { faults } = await tamperer.verify({ anchored: [...kept, ...keptHeads] })
    expect(faults.filter(({ organizationId }) => organizationId !== null)[0]).toMatchObject({
      kind: 'rewritten',
      organizationId: place.org,
      sequence: 7,
      throughSequence: 12,
    })
    expect(faults.every(({ organizationId }) => [null, place.org].includes(organizationId))).toBe(true)
  })
})
