import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShownEvent } from '../../console/proof/committed-text.ts'
import { verifyEvent, verifyNote } from '../../console/proof/verify-event.ts'
import type { ClaimedProof, Findings } from '../../console/proof/verify-event.ts'
import { createTrailKey } from '../../src/credentials/trail-key.ts'
import { fillTrail } from '../support/trail.ts'
import { createWorld } from '../support/world.ts'
import type { Client, World } from '../support/world.ts'

const ALL_HOLDS = { head_signed: true, in_head: true, checkpoint_signed: true, in_checkpoint: true }

let world: World
let auditor: Client
let organizations: string[]
let verifierKey: string
beforeAll(async () => {
  world = await createWorld()
  organizations = await fillTrail(world, { organizations: 2, events: 21, seals: 3 })
  auditor = world.as(await world.staff('security_analyst'))
  // What the factory made is sealed as well.
  await world.runJob('seal-trail')
  verifierKey = (await auditor.get('/api/audit/integrity')).body.data.publicKey.verifierKey
})
afterAll(() => world.close())

const eventsOf = async (organizationId?: string): Promise<(ShownEvent & Record<string, unknown>)[]> =>
  (await auditor.get(`/api/audit/logs?limit=100${organizationId ? `&organizationId=${organizationId}` : ''}`)).body.data
    .items
const proofOf = async ({ id }: ShownEvent): Promise<ClaimedProof> =>
  (await auditor.get(`/api/audit/integrity/proof/${id}`)).body.data

/** A note's text and signature, under the name and key id of another: neither is signed. */
function signedAs(note: string, other: string): string {
  const [text = '', signed = ''] = note.split('\n\n')
  const [, name = '', theirs = ''] = (other.split('\n\n')[1] ?? '').trimEnd().split(' ')
  const [id, signature] = [Buffer.from(theirs, 'base64'), Buffer.from(signed.trimEnd().split(' ')[2] ?? '', 'base64')]
  return `${text}\n\n— ${name} ${Buffer.concat([id.subarray(0, 4), signature.subarray(4)]).toString('base64')}\n`
}

describe('in the browser', () => {
  test('every event of the trail is proved: by its content, in both trees, under both signatures', async () => {
    const events = await eventsOf()
    expect(events.length).toBeGreaterThan(40)
    for (const event of events) expect(await verifyEvent(event, await proofOf(event), verifierKey)).toEqual(ALL_HOLDS)
  })

  test('what is shown otherwise than it was written is not in the tree', async () => {
    const [event] = await eventsOf(organizations[0])
    if (!event) throw new Error('there is no event')
    const proof = await proofOf(event)
    const changed: Record<string, unknown>[] = [
      { description: `${event['description']}.` },
      { outcome: 'denied' },
      { occurredAt: '2020-01-01T00:00:00.000Z' },
      { details: { n: 'other' } },
      { actor: null },
      { userAgent: 'added' },
    ]
    for (const change of changed) {
      const findings = await verifyEvent({ ...event, ...change }, proof, verifierKey)
      expect([change, findings.in_head]).toEqual([change, false])
    }
  })

  test('an event of which the personal data were erased is proved by what stays', async () => {
    const boss = await world.staff('super_admin')
    const gone = await world.member({ id: organizations[0] ?? '' }, 'basic_user')
    await world.as(boss).delete(`/api/users/${gone.id}`)
    const erased = await world
      .as(boss)
      .post(`/api/users/${gone.id}/erase`, { basis: 'no_longer_needed', dryRun: false })
    expect(erased.status, JSON.stringify(erased.body)).toBe(200)
    await world.runJob('seal-trail')
    const events = (await eventsOf(organizations[0])).filter((event) => event.erased.length > 0)
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expect(await verifyEvent(event, await proofOf(event), verifierKey)).toEqual(ALL_HOLDS)
  })

  test('a proof with any part exchanged proves nothing', async () => {
    const [event] = await eventsOf(organizations[0])
    const [foreign] = await eventsOf(organizations[1])
    if (!event || !foreign) throw new Error('there is no event')
    const [proof, other] = [await proofOf(event), await proofOf(foreign)]
    const { checkpoint } = proof
    if (!checkpoint || !other.checkpoint) throw new Error('there is no checkpoint')
    const renamed = signedAs(other.head.note, proof.head.note)
    const wrong: [string, ClaimedProof, keyof Findings][] = [
      ['another event’s', other, 'head_signed'],
      ['another head', { ...proof, head: other.head }, 'head_signed'],
      ['another head under the own name', { ...proof, head: { ...other.head, note: renamed } }, 'head_signed'],
      ['another place', { ...proof, sequence: proof.sequence + 1 }, 'head_signed'],
      ['another size', { ...proof, head: { ...proof.head, size: proof.head.size + 1 } }, 'in_head'],
      ['a shorter path', { ...proof, head: { ...proof.head, proof: proof.head.proof.slice(1) } }, 'in_head'],
      ['another path', { ...proof, head: { ...proof.head, proof: other.head.proof.toReversed() } }, 'in_head'],
      [
        'another index',
        { ...proof, checkpoint: { ...checkpoint, headIndex: other.checkpoint.headIndex } },
        'in_checkpoint',
      ],
      [
        'a changed checkpoint',
        { ...proof, checkpoint: { ...checkpoint, note: checkpoint.note.replace(/\n\d+\n/, '\n1\n') } },
        'checkpoint_signed',
      ],
    ]
    for (const [what, claimed, finding] of wrong) {
      const findings = await verifyEvent(event, claimed, verifierKey)
      expect([what, findings[finding]]).toEqual([what, false])
    }
  })

  test('under another key nothing holds, nor under one that is none', async () => {
    const [event] = await eventsOf(organizations[0])
    if (!event) throw new Error('there is no event')
    const proof = await proofOf(event)
    const theirs = createTrailKey(Buffer.alloc(32, 9)).verifierKey
    expect(theirs).not.toBe(verifierKey)
    for (const key of [theirs, '', verifierKey.slice(0, -8), verifierKey.replace(/\+.{8}\+/, '+00000000+')]) {
      expect(await verifyEvent(event, proof, key)).toEqual({ head_signed: false })
    }
  })

  test('a checkpoint is looked at by its signature and its size', async () => {
    const { checkpoint } = (await auditor.get('/api/audit/integrity')).body.data
    const looked = (note: string, size: number): Promise<boolean> => verifyNote(note, size, verifierKey)
    expect(await looked(checkpoint.note, checkpoint.treeSize)).toBe(true)
    expect(await looked(checkpoint.note, checkpoint.treeSize + 1)).toBe(false)
    expect(await looked(checkpoint.note.replace('castellan', 'castellam'), checkpoint.treeSize)).toBe(false)
  })
})
