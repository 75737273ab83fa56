import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { castellan } from '../support/castellan-process.ts'
import type { Outcome } from '../support/castellan-process.ts'
import { equip } from '../support/credentials.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let dataDir: string
let boss: Person

beforeAll(async () => {
  world = await createWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'castellan-operator-'))
  boss = await world.staff('super_admin')
})
afterAll(async () => {
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<Outcome> =>
  castellan(args, { DATABASE_URL: world.databaseUrl, DATA_DIR: dataDir, MASTER_KEY })

const newest = async (action: string) =>
  (await world.as(boss).get(`/api/audit/logs?action=${action}&limit=1`)).body.data.items[0]

const tokenIn = ({ stdout }: Outcome): string => stdout.trim().split('/').at(-1) ?? ''

describe('create-admin', () => {
  test('0: prints a link that makes a super admin, and the trail says who did it at the machine', async () => {
    const made = await run('create-admin', 'rescue@example.com', '--first-name', 'Rosa')
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^http:\/\/localhost:8080\/invitations\/inv_[\w-]{43}\n$/)
    expect(await newest('user.invited')).toMatchObject({
      ...{ actor: null, riskLevel: 'critical', riskFactors: ['at_the_machine', 'super_admin'], ipAddress: null },
      details: { by: 'operator', operator: userInfo().username },
      changes: { after: { email: 'rescue@example.com', role: 'super_admin', firstName: 'Rosa' } },
    })

    const accepted = await world.nobody.post(`/api/auth/invitations/${tokenIn(made)}/accept`, {
      password: 'rain over seven hills',
    })
    expect(accepted.body.data).toMatchObject({ email: 'rescue@example.com', role: 'super_admin', status: 'active' })
  })

  test('given again, it makes a new link and the old one opens nothing', async () => {
    const first = await run('create-admin', 'again@example.com')
    const second = await run('create-admin', 'AGAIN@example.com', '--json')
    const { email, invitationUrl } = JSON.parse(second.stdout) as Record<string, string>
    expect([second.code, email]).toEqual([0, 'AGAIN@example.com'])
    const look = (token: string) => world.nobody.get(`/api/auth/invitations/${token}`)
    expect((await look(tokenIn(first))).status).toBe(404)
    expect((await look(invitationUrl?.split('/').at(-1) ?? '')).status).toBe(200)
    expect(await newest('user.invitation_resent')).toMatchObject({ riskFactors: ['at_the_machine'] })
  })

  test('1: an address with an account stays as it is', async () => {
    const { code, stdout, stderr } = await run('create-admin', boss.email)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`${boss.email} has an account already`)
  })

  test('2: what is no address is not asked for', async () => {
    const { code, stderr } = await run('create-admin', 'nobody')
    expect([code, stderr]).toEqual([2, 'nobody is not one e-mail address\n'])
  })
})

describe('reset-mfa', () => {
  test('0: the factor and the sessions are gone, the password stays, and the trail says who did it', async () => {
    const analyst = await world.staff('security_analyst')
    await equip(world, analyst)
    expect((await world.as(analyst).get('/api/users/profile')).status).toBe(200)

    const { code, stdout } = await run('reset-mfa', analyst.email)
    expect(code).toBe(0)
    expect(stdout).toBe(`${analyst.email} has no second factor any more; their sessions have ended.\n`)
    const { rows } = await world.admin.query(
      `select mfa_enabled as mfa, password_hash is not null as password,
              (select count(*)::int from totp_factors where user_id = u.id) as factors,
              (select count(*)::int from recovery_codes where user_id = u.id) as codes,
              (select count(*)::int from user_sessions where user_id = u.id and revoked_at is null) as sessions
         from users u where id = $1`,
      [analyst.id],
    )
    expect(rows).toEqual([{ mfa: false, password: true, factors: 0, codes: 0, sessions: 0 }])
    expect(await newest('user.mfa_reset')).toMatchObject({
      ...{ actor: null, resourceId: analyst.id, riskLevel: 'critical' },
      details: { by: 'operator', operator: userInfo().username },
    })
  })

  test('1: nobody by that address', async () => {
    const { code, stderr } = await run('reset-mfa', 'stranger@example.com')
    expect([code, stderr]).toEqual([1, 'nobody signs in as stranger@example.com\n'])
  })
})

test('every command explains itself, and what is not one ends with 2', async () => {
  const { stdout } = await run('--help')
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+)[ \n]/gm)].map(([, name = '']) => name)
  expect(commands).toEqual(expect.arrayContaining(['serve', 'migrate', 'demo', 'create-admin', 'reset-mfa', 'doctor']))
  const helps = await Promise.all(['demo', 'create-admin', 'doctor'].map((name) => run(name, '--help')))
  for (const { code, stdout: help } of helps)
    expect([code, help.split('\n')[0]?.slice(0, 16)]).toEqual([0, 'Usage: castellan'])
  expect((await run('no-such-command')).code).toBe(2)
  expect((await run('reset-mfa')).code).toBe(2)
})
