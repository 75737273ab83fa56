import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { castellan } from '../support/castellan-process.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let dataDir: string

beforeAll(async () => {
  world = await createWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'castellan-doctor-'))
  await mkdir(join(dataDir, 'keys'), { mode: 0o700 })
  await writeFile(join(dataDir, 'keys', 'master.key'), `${MASTER_KEY}\n`, { mode: 0o600 })
})
afterAll(async () => {
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function examine(environment: Record<string, string> = {}) {
  const given = { DATABASE_URL: world.databaseUrl, DATA_DIR: dataDir, ...environment }
  const { code, stdout, stderr } = await castellan(['doctor', '--json'], given)
  expect(stderr).toBe('')
  const { outcome, findings } = JSON.parse(stdout) as { outcome: string; findings: Record<string, string>[] }
  return { code, outcome, of: (check: string) => findings.find((finding) => finding['check'] === check) }
}

test('0: one line for each thing that is well', async () => {
  const { code, stdout } = await castellan(['doctor'], { DATABASE_URL: world.databaseUrl, DATA_DIR: dataDir })
  const lines = stdout.trim().split('\n')
  expect(lines.map((line) => line.slice(0, 22).trimEnd())).toEqual([
    ...['ok       configuration', 'ok       program', 'ok       keys', 'ok       database', 'ok       schema'],
    ...['ok       row security', 'ok       clock', 'ok       mail', 'ok       redis'],
  ])
  expect([code, lines.find((line) => line.includes('row security'))]).toEqual([
    0,
    'ok       row security   no open wall as castellan_runtime',
  ])
})

test('1: a wall that was opened by hand, and what to do', async () => {
  await world.admin.query('alter table organizations no force row level security')
  const { code, outcome, of } = await examine()
  await world.admin.query('alter table organizations force row level security')
  expect([code, outcome]).toEqual([1, 'wrong'])
  expect(of('row security')).toMatchObject({
    ...{ state: 'wrong', told: 'table organizations is not under forced row security with a policy' },
    mend: expect.stringContaining('does not start'),
  })
})

test('1: a key that others can read, and services that do not answer', async () => {
  const file = join(dataDir, 'keys', 'master.key')
  await chmod(file, 0o644)
  const open = await examine({ SMTP_URL: 'smtp://127.0.0.1:1', REDIS_URL: 'redis://127.0.0.1:1' })
  await chmod(file, 0o600)
  expect([open.code, open.of('keys')?.['state'], open.of('mail')?.['state'], open.of('redis')?.['state']]).toEqual([
    ...[1, 'wrong', 'wrong', 'wrong'],
  ])
  expect(open.of('keys')?.['told']).toContain(`chmod 600 ${file}`)
})

test('1: each wrong value of the configuration, and nothing is looked at with it', async () => {
  const { code, of } = await examine({ PORT: 'x', LOG_LEVEL: 'loud' })
  expect([code, of('configuration')?.['told'], of('database')]).toEqual([1, 'PORT: must be a whole number', undefined])
})

test('2: a database that cannot be reached is not known to be wrong', async () => {
  const { code, outcome, of } = await examine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  expect([code, outcome]).toEqual([2, 'unknown'])
  expect(of('database')).toMatchObject({ state: 'unknown', mend: 'check DATABASE_URL' })
})

test('it changes nothing: where nothing was started, nothing is made', async () => {
  const nowhere = join(dataDir, 'nowhere')
  const { code } = await castellan(['doctor'], { DATA_DIR: nowhere })
  expect(code).toBe(2)
  await expect(rm(nowhere, { recursive: true })).rejects.toThrow('ENOENT')
})
