import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readNoteVerifier } from '../../src/credentials/signed-note.ts'
import type { NoteVerifier } from '../../src/credentials/signed-note.ts'
import { readCheckpoint } from '../../src/policy/checkpoint.ts'
import { leafHash, provesConsistency, provesInclusion } from '../../src/policy/merkle-tree.ts'
import type { InclusionProof } from '../../src/types/integrity.ts'
import type { Person } from '../support/factories.ts'
import { leafByHand } from '../support/leaf-by-hand.ts'
import { chance, fillTrail } from '../support/trail.ts'
import { createWorld } from '../support/world.ts'
import type { Client, World } from '../support/world.ts'

let world: World
let organizations: string[]
let auditor: Client
let admin: Person
let key: NoteVerifier
beforeAll(async () => {
  world = await createWorld()
  // More than one stored node, and trees that are not whole.
  organizations = await fillTrail(world, { organizations: 2, events: 1100, seals: 11 })
  auditor = world.as(await world.staff('security_analyst'))
  admin = await world.member({ id: organizations[0] ?? '' }, 'admin')
  const published = await world.app.inject('/.well-known/castellan-audit-key')
  const read = readNoteVerifier(published.payload)
  if (!read) throw new Error('the published key is none')
  key = read
})
afterAll(() => world.close())

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
/** A leaf that differs in one bit. */
function otherLeaf(leaf: string): string {
  const turned = bytes(leaf)
  turned.writeUInt8(turned.readUInt8(5) ^ 1, 5)
  return turned.toString('base64')
}
const opened = (note: string, by = key) => readCheckpoint(by.open(note) ?? '')
const query = async (text: string, ...values: unknown[]) => (await world.admin.query(text, values)).rows

/** With nothing but the published key and the answer. */
function holds({ organizationId, sequence, leafHash: leaf, head, checkpoint }: InclusionProof): boolean {
  const own = opened(head.note, key.within(organizationId))
  const all = checkpoint && opened(checkpoint.note)
  if (!own || own.root.toString('base64') !== head.rootHash || own.size !== head.size) return false
  const inOwn = { leaf: bytes(leaf), index: sequence, size: own.size, proof: head.proof.map(bytes), root: own.root }
  if (!provesInclusion(inOwn)) return false
  if (!checkpoint) return true
  const headLeaf = leafHash(head.note.slice(0, head.note.indexOf('\n\n') + 1))
  const proof = checkpoint.proof.map(bytes)
  return (
    all !== null &&
    provesInclusion({ leaf: headLeaf, index: checkpoint.headIndex, size: all.size, proof, root: all.root })
  )
}

describe('the proof of an event', () => {
  test('holds for events anywhere in trees of over a thousand, and for none of them once anything of it is changed', async () => {
    const pick = chance(7)
    for (let i = 0; i < 40; i++) {
      const org = organizations[pick(2)]
      const [{ event_id: id }] = await query(
        'select event_id from audit_seals where org_id = $1 and sequence = $2',
        org,
        [0, 255, 256, 1100, 1099][i] ?? pick(1101),
      )
      const { body } = await auditor.get(`/api/audit/integrity/proof/${id}`)
      const proof = body.data as InclusionProof
      expect(holds(proof), `event ${proof.sequence}`).toBe(true)
      expect(holds({ ...proof, sequence: (proof.sequence + 1) % 1101 })).toBe(false)
      expect(holds({ ...proof, leafHash: otherLeaf(proof.leafHash) })).toBe(false)
      expect(holds({ ...proof, head: { ...proof.head, proof: proof.head.proof.slice(1) } })).toBe(false)
    }
  })

  test('is of the event as the API shows it', async () => {
    const { body } = await auditor.get(`/api/audit/logs?organizationId=${organizations[1]}&limit=20`)
    for (const event of body.data.items) {
      const proof = await auditor.get(`/api/audit/integrity/proof/${event.id}`)
      expect(proof.body.data).toMatchObject({ sequence: event.sequence, leafHash: leafByHand(event, proof.body.data) })
    }
  })

  test('404: an event that is not sealed yet, and one that there is not', async () => {
    await world.as(admin).put(`/api/organizations/${admin.orgId}`, { name: 'Renamed' })
    const [{ id }] = await query(
      `select id from audit_logs where action = 'organization.updated' order by occurred_at desc`,
    )
    for (const one of [id, uuidv7()]) {
      expect(await auditor.get(`/api/audit/integrity/proof/${one}`)).toMatchObject({ status: 404 })
    }
    await world.runJob('seal-trail')
    expect(holds((await auditor.get(`/api/audit/integrity/proof/${id}`)).body.data)).toBe(true)
  })
})

describe('checkpoints', () => {
  test('the latest is signed, and what is not sealed yet is counted', async () => {
    const { body } = await auditor.get('/api/audit/integrity')
    expect(body.data).toMatchObject({ checkpointVerifies: true, pending: expect.any(Number), unaccounted: 0 })
    expect(body.data.publicKey).toEqual({ name: key.name, verifierKey: key.verifierKey, pem: key.publicKeyPem })
    expect(opened(body.data.checkpoint.note)).toMatchObject({ origin: key.name, size: body.data.checkpoint.treeSize })
    const before = body.data.pending
    await world.as(admin).put(`/api/organizations/${admin.orgId}`, { name: 'Renamed again' })
    expect((await auditor.get('/api/audit/integrity')).body.data.pending).toBe(before + 1)
    await world.runJob('seal-trail')
    expect((await auditor.get('/api/audit/integrity')).body.data).toMatchObject({ pending: 0, secondsBehind: 0 })
  })

  test('are listed newest first, each signed, and every later one goes on from every earlier one', async () => {
    const { body } = await auditor.get('/api/audit/integrity/checkpoints?limit=100')
    const listed = body.data.items
    expect(listed.map(({ id }: { id: number }) => id)).toEqual(
      Array.from({ length: listed.length }, (_, i) => listed.length - i),
    )
    for (const { note } of listed) expect(opened(note)).not.toBeNull()
    for (const [from, to] of [
      [1, listed.length],
      [1, 1],
      [3, 7],
      [2, 9],
    ]) {
      const answer = await auditor.get(`/api/audit/integrity/consistency?from=${from}&to=${to}`)
      const { data } = answer.body
      const [older, newer] = [opened(data.from.note), opened(data.to.note)]
      if (!older || !newer) throw new Error('a checkpoint is not signed')
      expect(provesConsistency({ older, newer, proof: data.proof.map(bytes) })).toBe(true)
      if (from !== to) {
        const other = { size: older.size, root: leafHash('x') }
        expect(provesConsistency({ older: other, newer, proof: data.proof.map(bytes) })).toBe(false)
      }
    }
  })

  test('400: the later before the earlier, or no numbers · 404: one that there is not', async () => {
    for (const asked of ['from=3&to=2', 'from=0&to=2', 'from=a&to=b', 'from=1', '']) {
      expect(await auditor.get(`/api/audit/integrity/consistency?${asked}`), asked).toMatchObject({ status: 400 })
    }
    expect(await auditor.get('/api/audit/integrity/consistency?from=1&to=999999')).toMatchObject({ status: 404 })
  })

  test('one that was changed says so', async () => {
    const client = await world.admin.connect()
    await client.query('set session_replication_role = replica')
    await client.query(
      `update audit_checkpoints set tree_size = tree_size + 1 where id = (select max(id) from audit_checkpoints)`,
    )
    expect((await auditor.get('/api/audit/integrity')).body.data).toMatchObject({ checkpointVerifies: false })
    await client.query(
      `update audit_checkpoints set tree_size = tree_size - 1 where id = (select max(id) from audit_checkpoints)`,
    )
    await client.query('set session_replication_role = default')
    client.release()
  })
})

describe('a customer', () => {
  const at = (path = '') => `/api/audit/organizations/${organizations[0]}/integrity${path}`

  test('checks its own trail with the public key alone, and sees nothing of others', async () => {
    const { body } = await world.as(admin).get(at())
    expect(opened(body.data.head.note, key.within(organizations[0] ?? ''))).toMatchObject({ size: body.data.head.size })
    const [{ event_id: id }] = await query(
      'select event_id from audit_seals where org_id = $1 and sequence = 700',
      organizations[0],
    )
    const proof = await world.as(admin).get(at(`/proof/${id}`))
    expect(holds(proof.body.data)).toBe(true)
    expect(proof.body.data.checkpoint).toBeNull()
    const consistency = await world.as(admin).get(at('/consistency?from=101&to=901'))
    const { from, to, proof: steps } = consistency.body.data
    const [older, newer] = [from, to].map(({ note }) => opened(note, key.within(organizations[0] ?? '')))
    if (!older || !newer) throw new Error('a head is not signed')
    expect(provesConsistency({ older, newer, proof: steps.map(bytes) })).toBe(true)
    const seen = JSON.stringify([body, proof.body, consistency.body])
    expect(seen).not.toContain(organizations[1])
  })

  test('404: an event of another organization, also under its own address', async () => {
    const [{ event_id: id }] = await query(
      'select event_id from audit_seals where org_id = $1 limit 1',
      organizations[1],
    )
    expect(await world.as(admin).get(at(`/proof/${id}`))).toMatchObject({ status: 404 })
    expect(await auditor.get(at(`/proof/${id}`))).toMatchObject({ status: 404 })
    expect(await world.as(admin).get(at('/consistency?from=102&to=901'))).toMatchObject({ status: 404 })
  })
})
