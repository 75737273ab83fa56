import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTrailKey } from '../../src/credentials/trail-key.ts'
import { readNoteVerifier } from '../../src/credentials/signed-note.ts'
import { readCheckpoint } from '../../src/policy/checkpoint.ts'
import { leafHash, provesConsistency, provesInclusion } from '../../src/policy/merkle-tree.ts'
import { readTombstone, removalsIn, tombstoneText } from '../../src/policy/tombstone.ts'
import type { Tombstone } from '../../src/policy/tombstone.ts'
import { exportBundle, readNotes, verifyBundle } from '../../src/services/audit.service.ts'
import { castellan } from '../support/castellan-process.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import type { Customer, Person } from '../support/factories.ts'
import { askedCleanup, leftOf, monthsAgo, writePast } from '../support/past.ts'
import { openTamperer } from '../support/trail.ts'
import type { Tamperer } from '../support/trail.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let tamperer: Tamperer
let boss: Person
let other: Customer
let customer: Customer
/** By their sequences; at 0 stands that the customer was made by hand. */
let ids: string[]
let cleanupId: string
/** Signed before the removal, and kept elsewhere. */
let kept: string
/** Sealed part by part. What happened fourteen months ago is held, what happened eleven months ago is too young. */
const months = [[30, 20], [14], [20, 20], [14, 11]]
const HELD = [3, 6]
const GONE = [
  { from: 1, through: 2 },
  { from: 4, through: 5 },
]

beforeAll(async () => {
  world = await createWorld()
  boss = await world.staff('super_admin')
  const asker = world.as(await world.staff('super_admin'))
  ;[customer, other] = [await world.customer(), await world.customer()]
  await world.runJob('seal-trail')
  for (const part of months) await writePast(world, customer.id, part)
  await writePast(world, other.id, [30, 20])
  ids = (await query('select event_id as id from audit_seals where org_id = $1 order by sequence', customer.id)).map(
    ({ id }) => id,
  )
  kept = (await query('select note from audit_checkpoints order by id desc limit 1'))[0].note
  await asker.post('/api/audit/holds', {
    ...{ organizationId: customer.id, caseReference: 'Case 7', reason: 'a court asks for it' },
    from: monthsAgo(15).toISOString(),
  })
  cleanupId = await askedCleanup(asker, { olderThanDays: 365 })
  await world.as(boss).post(`/api/audit/cleanup/${cleanupId}/approve`)
  await world.runJob('seal-trail')
  tamperer = await openTamperer(world)
})
afterAll(async () => {
  await tamperer.end()
  await world.close()
})

const query = async (text: string, ...values: unknown[]) => (await world.admin.query(text, values)).rows
const removed = (organizationId: string, stretch: object) => ({
  ...{ organizationId, cleanupId, removedAt: expect.any(String) },
  ...stretch,
})
const allRemoved = () =>
  [...GONE.map((gone) => removed(customer.id, gone)), removed(other.id, { from: 1, through: 2 })].toSorted(
    byOrganization,
  )
const byOrganization = (a: { organizationId: string }, b: { organizationId: string }) =>
  a.organizationId < b.organizationId ? -1 : a.organizationId > b.organizationId ? 1 : 0
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
const verifier = () => world.house.credentials.trailKey
const opened = (note: string, by: { open(note: string): string | null } = verifier()) => {
  const checkpoint = readCheckpoint(by.open(note) ?? '')
  if (!checkpoint) throw new Error('a note is not signed')
  return checkpoint
}

test('what was to go is gone, and the rest is there', async () => {
  const gone = [1, 2, 4, 5].map((sequence) => ids[sequence] ?? '')
  expect(await leftOf(world, ids)).toEqual(ids.filter((id) => !gone.includes(id)))
})

describe('the trail still verifies:', () => {
  test('all of it, and says what was removed under which cleanup', async () => {
    expect(await tamperer.verify()).toMatchObject({ faults: [], removed: allRemoved() })
  })

  test('against a checkpoint of before', async () => {
    expect((await tamperer.verify({ anchored: [opened(kept)] })).faults).toEqual([])
  })

  test('the place of every event, also of one that is gone, whose copy somebody may still have', async () => {
    for (const [sequence, id] of ids.entries()) {
      const { data } = (await world.as(boss).get(`/api/audit/integrity/proof/${id}`)).body
      const own = opened(data.head.note, verifier().within(customer.id))
      const all = opened(data.checkpoint.note)
      const head = leafHash(data.head.note.slice(0, data.head.note.indexOf('\n\n') + 1))
      const holds = [
        provesInclusion({
          ...{ leaf: bytes(data.leafHash), index: sequence, size: own.size, root: own.root },
          proof: data.head.proof.map(bytes),
        }),
        provesInclusion({
          ...{ leaf: head, index: data.checkpoint.headIndex, size: all.size, root: all.root },
          proof: data.checkpoint.proof.map(bytes),
        }),
      ]
      expect([data.sequence, ...holds]).toEqual([sequence, true, true])
    }
  })

  test('that a later checkpoint goes on from every earlier one, and a later head from every earlier one', async () => {
    const [{ latest }] = await query('select max(id)::int as latest from audit_checkpoints')
    for (let from = 1; from <= latest; from++) {
      const { data } = (await world.as(boss).get(`/api/audit/integrity/consistency?from=${from}&to=${latest}`)).body
      const [older, newer] = [opened(data.from.note), opened(data.to.note)]
      expect(provesConsistency({ older, newer, proof: data.proof.map(bytes) }), String(from)).toBe(true)
    }
    const sizes = await query('select size::int from audit_heads where org_id = $1 order by size', customer.id)
    const last = sizes.at(-1)?.size
    for (const { size } of sizes) {
      const at = `/api/audit/organizations/${customer.id}/integrity/consistency?from=${size}&to=${last}`
      const { data } = (await world.as(boss).get(at)).body
      const own = verifier().within(customer.id)
      const [older, newer] = [opened(data.from.note, own), opened(data.to.note, own)]
      expect(provesConsistency({ older, newer, proof: data.proof.map(bytes) }), String(size)).toBe(true)
    }
  })

  test('what is written and sealed afterwards', async () => {
    const [late = ''] = await writePast(world, customer.id, [11])
    const { data } = (await world.as(boss).get(`/api/audit/integrity/proof/${late}`)).body
    expect(data.sequence).toBeGreaterThan(ids.length - 1)
    expect(await tamperer.verify({ anchored: [opened(kept)] })).toMatchObject({ faults: [], removed: allRemoved() })
  })
})

describe('a bundle', () => {
  const exported = async (only?: string): Promise<string[]> => {
    const trail = world.house.database.within({ as: 'sealer' })
    const lines: string[] = []
    for await (const line of exportBundle({ trail, trailKey: verifier(), now: world.house.clock(), only }))
      lines.push(line.trimEnd())
    return lines
  }
  const verify = async (lines: readonly string[]) => {
    const key = readNoteVerifier(verifier().publicKeyPem)
    if (!key) throw new Error('no key')
    return verifyBundle(
      (async function* () {
        yield* lines
      })(),
      { verifier: key, anchored: readNotes(kept, key) },
    )
  }
  /** With an end that fits, as a careful forger leaves it. */
  const mended = (lines: readonly string[]): string[] => {
    const before = lines.slice(0, -1)
    const sha256 = createHash('sha256')
      .update(before.map((line) => `${line}\n`).join(''))
      .digest('hex')
    const events = before.filter((line) => line.startsWith('{"type":"event"')).length
    return [...before, JSON.stringify({ type: 'end', events, sha256 })]
  }

  test('is clean with the public key alone, and says what was removed; that of one organization knows of no other', async () => {
    expect(await verify(await exported())).toMatchObject({ faults: [], whole: true, removed: allRemoved() })
    const own = await exported(customer.id)
    expect(await verify(own)).toMatchObject({
      ...{ faults: [], whole: true },
      removed: GONE.map((gone) => removed(customer.id, gone)),
    })
    expect(own.join('\n')).not.toContain(other.id)
  })

  test('without its tombstone, or with one in which anything is another, has events that were deleted', async () => {
    const own = await exported(customer.id)
    const at = own.findIndex((line) => line.startsWith('{"type":"removal"'))
    const forgeries = [
      own.toSpliced(at, 1),
      own.with(at, (own[at] ?? '').replace('\\n1-2\\n', '\\n1-3\\n')),
      own.with(at, (own[at] ?? '').replace('events 4', 'events 5')),
    ]
    for (const forged of forgeries) {
      expect(forged).not.toEqual(own)
      expect((await verify(mended(forged))).faults).toMatchObject(
        [1, 2, 4, 5].map((sequence) => ({ kind: 'deleted', sequence })),
      )
    }
  })

  test('from which an event was taken that no cleanup removed has one that was deleted', async () => {
    const own = await exported(customer.id)
    const at = own.findIndex((line) => line.startsWith('{"type":"event","sequence":6,'))
    const without = JSON.stringify({ ...JSON.parse(own[at] ?? ''), event: null })
    const { faults } = await verify(mended(own.with(at, without)))
    expect(faults).toMatchObject([{ kind: 'deleted', organizationId: customer.id, sequence: 6, eventId: ids[6] }])
  })
})

describe('what no cleanup removed is still found:', () => {
  const tombstone = async (): Promise<Tombstone> => {
    const [{ note }] = await query('select note from audit_tombstones where org_id = $1', customer.id)
    const read = readTombstone(verifier().within(removalsIn(customer.id)).open(note) ?? '')
    if (!read) throw new Error('the tombstone is none')
    return read
  }
  /** A tombstone as a superuser leaves it who has another key, and takes the signer's name. */
  const forged = (of: Tombstone): string => {
    const foreign = createTrailKey(Buffer.alloc(32, 9))
    const text = tombstoneText(of)
    return verifier().within(removalsIn(customer.id)).note(text, foreign.sign(text))
  }
  const remove = (sequence: number) =>
    tamperer.query('delete from audit_logs where org_id = $1 and id = $2', [customer.id, ids[sequence]])
  const put = (note: string, orgId = customer.id) =>
    tamperer.query('update audit_tombstones set note = $2 where org_id = $1', [orgId, note])
  const gone = (...sequences: number[]) =>
    sequences.map((sequence) => ({ kind: 'deleted', organizationId: customer.id, sequence, eventId: ids[sequence] }))

  test('an event that was held', async () => {
    await tamperer.undone(async () => {
      await remove(HELD[0] ?? 0)
      expect((await tamperer.verify()).faults).toMatchObject(gone(3))
    })
  })

  test('with the tombstone gone, all that it told of', async () => {
    await tamperer.undone(async () => {
      await tamperer.query('delete from audit_tombstones where org_id = $1', [customer.id])
      const { faults, removed: left } = await tamperer.verify()
      expect(faults).toMatchObject(gone(1, 2, 4, 5))
      expect(left).toEqual([removed(other.id, { from: 1, through: 2 })])
    })
  })

  test('with a tombstone that tells of more, signed or not by whom it says', async () => {
    const real = await tombstone()
    const more = { ...real, stretches: [{ from: 1, through: 5 }] }
    const text = tombstoneText(more)
    const signedAsHead = verifier().within(customer.id).note(text, verifier().sign(text))
    const [{ note }] = await query('select note from audit_tombstones where org_id = $1', customer.id)
    const edited = note.replace('events 4\n1-2\n4-5\n', 'events 5\n1-5\n')
    for (const wrong of [forged(more), edited, signedAsHead]) {
      await tamperer.undone(async () => {
        await remove(3)
        await put(wrong)
        expect((await tamperer.verify()).faults).toMatchObject(gone(1, 2, 3, 4, 5))
      })
    }
  })

  test('with the tombstone of another organization', async () => {
    const [{ note }] = await query('select note from audit_tombstones where org_id = $1', other.id)
    await tamperer.undone(async () => {
      await put(note)
      expect((await tamperer.verify()).faults).toMatchObject(gone(1, 2, 4, 5))
    })
  })

  test('the place of a removed event, when it was changed or removed too', async () => {
    await tamperer.undone(async () => {
      await tamperer.query('update audit_seals set leaf = sha256(leaf) where org_id = $1 and sequence = 5', [
        customer.id,
      ])
      // Its head alone would say that it is among those from 4 on.
      const changed = { kind: 'edited', organizationId: customer.id, sequence: 5, eventId: ids[5] }
      expect((await tamperer.verify()).faults[0]).toMatchObject(changed)
    })
    await tamperer.undone(async () => {
      await tamperer.query('delete from audit_seals where org_id = $1 and sequence = 4', [customer.id])
      expect((await tamperer.verify()).faults[0]).toMatchObject({
        kind: 'deleted',
        organizationId: customer.id,
        sequence: 4,
      })
    })
  })
})

describe('the integrity of the trail', () => {
  test('shows what cleanups removed: of all organizations in sum, of one with its tombstones, which anybody can verify', async () => {
    const all = (await world.as(boss).get('/api/audit/integrity')).body.data
    expect(all.removed).toEqual([{ cleanupId, removedAt: expect.any(String), events: 6, organizations: 2 }])
    const admin = world.as(await world.member(customer, 'admin'))
    const own = (await admin.get(`/api/audit/organizations/${customer.id}/integrity`)).body.data
    expect(own.removed).toEqual([
      { cleanupId, removedAt: all.removed[0].removedAt, events: 4, stretches: GONE, note: expect.any(String) },
    ])
    const key = readNoteVerifier(own.publicKey.pem)?.within(`${customer.id}/removed`)
    expect(readTombstone(key?.open(own.removed[0].note) ?? '')).toMatchObject({
      ...{ cleanupId, approvedBy: boss.id, stretches: GONE },
      head: { size: ids.length },
    })
    expect(JSON.stringify(own)).not.toContain(other.id)
  })

  test('castellan audit verify: 0, and names what was removed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'castellan-retention-'))
    const notes = join(directory, 'kept.txt')
    await writeFile(notes, kept)
    const here = { DATABASE_URL: world.databaseUrl, MASTER_KEY, DATA_DIR: directory }
    const { code, stdout } = await castellan(['audit', 'verify', '--since-checkpoint', notes], here)
    expect(stdout).toContain(`removed organization ${customer.id}, sequence 1–2: under cleanup ${cleanupId} at `)
    expect(stdout).toContain(`removed organization ${customer.id}, sequence 4–5: under cleanup ${cleanupId} at `)
    expect([code, stdout.trim().split('\n').at(-1)]).toEqual([0, 'The trail is clean.'])
    await rm(directory, { recursive: true, force: true })
  }, 120_000)
})

describe('the figures of the trail', () => {
  test('are those of what is left, from what was added up as from the trail itself', async () => {
    const own = await createWorld()
    const [asker, approver] = [await own.staff('super_admin'), await own.staff('super_admin')]
    const [plain, long] = [await own.customer(), await own.customer({ settings: { auditRetentionDays: 700 } })]
    await writePast(own, plain.id, [30, 20, 20, 14])
    await writePast(own, long.id, [30, 20])
    const rolled = async () => ({
      days: (
        await own.admin.query(
          "select * from audit_rollup_days where day < now() - interval '1 year' order by org_id, day",
        )
      ).rows,
      keys: (
        await own.admin.query(
          "select * from audit_rollup_keys where start < now() - interval '1 year' order by 1, 2, 3, 4",
        )
      ).rows,
    })
    const addUp = async (): Promise<void> => {
      // Whatever else is open in the cluster holds the job back: it is waited for.
      const { rows } = await own.admin.query('select pg_current_xact_id()::text as now')
      await expect
        .poll(
          async () => {
            await own.runJob('roll-up-trail')
            const state = await own.admin.query('select watermark > $1::xid8 as past from audit_rollup_state', [
              rows[0].now,
            ])
            return state.rows[0]?.past
          },
          { timeout: 60_000, interval: 50 },
        )
        .toBe(true)
    }
    await addUp()
    const id = await askedCleanup(own.as(asker), { olderThanDays: 365 })
    expect((await own.as(approver).post(`/api/audit/cleanup/${id}/approve`)).body.data).toEqual({ removed: 5 })
    const after = await rolled()
    expect(after.days.map(({ total }) => Number(total))).toEqual([1, 1])
    await own.admin.query('delete from audit_rollup_state')
    await addUp()
    expect(after).toEqual(await rolled())
    await own.close()
  })
})
