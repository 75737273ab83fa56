import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readNoteVerifier } from '../../src/credentials/signed-note.ts'
import { exportBundle, readNotes, verifyBundle } from '../../src/services/audit.service.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import { chance, fillTrail, openTamperer } from '../support/trail.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const CLI = fileURLToPath(new URL('../../src/cli/castellan.ts', import.meta.url))

let world: World
let organizations: string[]
let bundle: string[]
let pem: string
let directory: string
let early: string
beforeAll(async () => {
  world = await createWorld()
  organizations = await fillTrail(world, { organizations: 3, events: 40, seals: 4 })
  bundle = await exported()
  pem = world.house.credentials.trailKey.publicKeyPem
  directory = await mkdtemp(join(tmpdir(), 'castellan-bundle-'))
  const { rows } = await world.admin.query('select note from audit_checkpoints where id in (2, 3) order by id')
  early = rows.map(({ note }) => note).join('\n')
})
afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
  await world.close()
})

async function exported(only?: string): Promise<string[]> {
  const { trailKey } = world.house.credentials
  const trail = world.house.database.within({ as: 'sealer' })
  const lines: string[] = []
  for await (const line of exportBundle({ trail, trailKey, now: world.house.clock(), only })) lines.push(line.trimEnd())
  return lines
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

const verifierOf = (text: string) => {
  const verifier = readNoteVerifier(text)
  if (!verifier) throw new Error('no key')
  return verifier
}

const verify = (lines: readonly string[], notes = '') => {
  const verifier = verifierOf(pem)
  return verifyBundle(each(lines), { verifier, anchored: readNotes(notes, verifier) })
}

/** With an end that fits, as a careful forger leaves it. */
function sealed(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => !line.includes('"type":"end"'))
  const sha256 = createHash('sha256')
    .update(kept.map((line) => `${line}\n`).join(''))
    .digest('hex')
  const events = kept.filter((line) => line.includes('"type":"event"')).length
  return [...kept, JSON.stringify({ type: 'end', events, sha256 })]
}

const lineOf = (org: number, sequence: number): number => {
  const start = bundle.findIndex((line) => line.includes(`"type":"organization","id":"${organizations[org]}"`))
  return bundle.findIndex((line, i) => i > start && line.startsWith(`{"type":"event","sequence":${sequence},`))
}
const eventAt = (line: number): string => JSON.parse(bundle[line] ?? '').id

test('as exported it is whole and clean, with the public key alone; so is that of one organization', async () => {
  expect(await verify(bundle)).toMatchObject({ faults: [], whole: true, organizations: 3, events: 123 })
  const own = await exported(organizations[1])
  expect(await verify(own)).toMatchObject({ faults: [], whole: true, organizations: 1, events: 41 })
  for (const other of [0, 2]) expect(own.join('\n')).not.toContain(organizations[other])
})

test('it goes on from checkpoints that were kept elsewhere, and not from those of a trail that is another', async () => {
  expect(readNotes(early, verifierOf(pem))).toHaveLength(2)
  expect(await verify(bundle, early)).toMatchObject({ faults: [] })
  const { trailKey } = world.house.credentials
  const other = `${trailKey.name}\n3\n${Buffer.alloc(32, 9).toString('base64')}\n`
  const larger = `${trailKey.name}\n9999\n${Buffer.alloc(32, 9).toString('base64')}\n`
  for (const text of [other, larger]) {
    const { faults } = await verify(bundle, trailKey.note(text, trailKey.sign(text)))
    expect(faults).toMatchObject([{ kind: 'rewritten' }])
  }
  const head = `${trailKey.name}/${organizations[2]}\n21\n${Buffer.alloc(32, 9).toString('base64')}\n`
  const { faults } = await verify(bundle, trailKey.within(organizations[2] ?? '').note(head, trailKey.sign(head)))
  expect(faults).toMatchObject([{ kind: 'rewritten', organizationId: organizations[2], sequence: 11 }])
})

describe('what was done to it by somebody who mends its end is found, by organization, sequence and event:', () => {
  test('an event edited', async () => {
    const line = lineOf(1, 17)
    const { faults } = await verify(sealed(bundle.with(line, (bundle[line] ?? '').replace('Event 16', 'Event 99'))))
    expect(faults).toMatchObject([
      { kind: 'edited', organizationId: organizations[1], sequence: 17, eventId: eventAt(line) },
    ])
  })

  test('an event edited together with its leaf: between the heads around it', async () => {
    const line = lineOf(1, 17)
    const other = JSON.parse(bundle[lineOf(1, 18)] ?? '')
    const forged = JSON.stringify({ ...other, sequence: 17 })
    const { faults } = await verify(sealed(bundle.with(line, forged)))
    expect(faults[0]).toMatchObject({
      kind: 'edited',
      organizationId: organizations[1],
      sequence: 11,
      throughSequence: 20,
    })
  })

  test('an event left out', async () => {
    const { faults } = await verify(sealed(bundle.toSpliced(lineOf(2, 5), 1)))
    expect(faults).toMatchObject([{ kind: 'deleted', organizationId: organizations[2], sequence: 5 }])
  })

  test('the tail cut', async () => {
    const { faults } = await verify(sealed(bundle.toSpliced(lineOf(0, 30), 11)))
    expect(faults).toMatchObject([
      { kind: 'cut_tail', organizationId: organizations[0], sequence: 30, throughSequence: 40 },
    ])
  })

  test('an event added behind the last', async () => {
    const line = lineOf(0, 40)
    const added = (bundle[line] ?? '').replace('"sequence":40', '"sequence":41')
    const { faults } = await verify(sealed(bundle.toSpliced(line + 1, 0, added)))
    expect(faults).toMatchObject([{ kind: 'inserted', organizationId: organizations[0], sequence: 41 }])
  })

  test('an organization left out', async () => {
    const start = bundle.findIndex((line) => line.includes(`"type":"organization","id":"${organizations[1]}"`))
    const end = bundle.findIndex((line, i) => i > start && /"type":"(organization|end)"/.test(line))
    const { faults } = await verify(sealed(bundle.toSpliced(start, end - start)))
    expect(faults).toMatchObject([{ kind: 'changed_head' }])
  })

  test('a head or the checkpoint changed', async () => {
    const head = bundle.findIndex((line) => line.includes('"type":"head"'))
    const changed = (bundle[head] ?? '').replace(/"root":"(.)/, (_, one) => `"root":"${one === 'A' ? 'B' : 'A'}`)
    expect((await verify(sealed(bundle.with(head, changed)))).faults[0]).toMatchObject({ kind: 'changed_head' })
    const note = (bundle[1] ?? '').replace('time 2', 'time 3')
    expect((await verify(sealed(bundle.with(1, note)))).faults[0]).toMatchObject({ kind: 'changed_checkpoint' })
  })
})

test('no single bit can be another: three hundred of them, anywhere', async () => {
  const whole = Buffer.from(bundle.join('\n'))
  const pick = chance(11)
  for (let i = 0; i < 300; i++) {
    const changed = Buffer.from(whole)
    const at = pick(whole.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << pick(8))
    const verdict = await verify(changed.toString().split('\n')).then(
      ({ faults, whole: ends }) => faults.length === 0 && ends,
      () => false,
    )
    expect(verdict, `bit at ${at}: ${changed.subarray(at - 20, at + 20).toString()}`).toBe(false)
  }
})

describe('castellan audit', () => {
  const run = (args: string[], environment: Record<string, string> = {}) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [CLI, 'audit', ...args], {
        env: {
          PATH: process.env['PATH'],
          NODE_COMPILE_CACHE: join(directory, 'compiled'),
          DATA_DIR: directory,
          ...environment,
        },
      })
      const told = { stdout: '', stderr: '' }
      child.stdout.on('data', (part) => (told.stdout += part))
      child.stderr.on('data', (part) => (told.stderr += part))
      child.on('close', (code) => resolve({ code, ...told }))
    })
  const here = () => ({ DATABASE_URL: world.databaseUrl, MASTER_KEY })
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), text)
    return join(directory, name)
  }

  test('verify --bundle: 0 clean, 1 tampered with and where, 2 half a file or another key', async () => {
    const key = await file('key.pem', pem)
    const line = lineOf(1, 3)
    const bundles = {
      clean: `${bundle.join('\n')}\n`,
      tampered: `${sealed(bundle.with(line, (bundle[line] ?? '').replace('Event', 'Evnet'))).join('\n')}\n`,
      half: bundle.slice(0, bundle.length - 1).join('\n'),
    }
    const notes = await file('kept.txt', early)
    const foreign = await file('other.pem', verifierOf(pem).verifierKey.replace(/.{6}$/, 'AAAAA='))
    const [clean = '', tampered = '', half = ''] = await Promise.all(
      Object.entries(bundles).map(([name, text]) => file(`${name}.ndjson`, text)),
    )
    const runs = await Promise.all([
      run(['verify', '--bundle', clean, '--public-key', key, '--since-checkpoint', notes]),
      run(['verify', '--bundle', tampered, '--public-key', key]),
      run(['verify', '--bundle', half, '--public-key', key]),
      run(['verify', '--bundle', clean, '--public-key', foreign]),
    ])
    expect(runs.map(({ code }) => code)).toEqual([0, 1, 2, 2])
    expect(runs[1]?.stdout).toContain(`EDITED organization ${organizations[1]}, sequence 3, event ${eventAt(line)}`)
  }, 240_000)

  test('verify on the database: 0, then 1 for what a superuser changed, 2 with another master key; export writes the bundle', async () => {
    const path = join(directory, 'exported.ndjson')
    const [clean, written] = await Promise.all([
      run(['verify', '--json'], here()),
      run(['export', '--output', path], here()),
    ])
    expect(clean).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(clean.stdout)).toMatchObject({ verdict: 'clean', faults: [], events: 123 })
    expect(written.code).toBe(0)
    expect((await run(['verify', '--bundle', path, '--public-key', await file('key.pem', pem)])).code).toBe(0)
    const tamperer = await openTamperer(world)
    const [row] = await tamperer.query('select event_id as id from audit_seals where org_id = $1 and sequence = 8', [
      organizations[0],
    ])
    await tamperer.query(`update audit_logs set description = 'Nothing' where id = $1`, [row.id])
    await tamperer.end()
    const login = `select rolpassword from pg_authid where rolname = 'castellan_runtime'`
    const { rows: before } = await world.admin.query(login)
    const [tampered, stranger] = await Promise.all([
      run(['verify'], here()),
      run(['verify'], { ...here(), MASTER_KEY: Buffer.alloc(32, 8).toString('base64') }),
    ])
    // The login is that of every server there.
    expect((await world.admin.query(login)).rows).toEqual(before)
    expect(tampered).toMatchObject({ code: 1 })
    expect(tampered.stdout).toContain(`EDITED organization ${organizations[0]}, sequence 8, event ${row.id}`)
    expect(stranger).toMatchObject({ code: 2, stderr: expect.stringContaining('belongs to another master key') })
  }, 240_000)
})
