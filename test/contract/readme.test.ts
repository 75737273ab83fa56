import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import { bootstrap } from '../../src/services/auth.service.ts'
import { readConfig } from '../../src/config.ts'

const run = promisify(execFile)

test('the story in the README works as it is written', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const story = /<!-- story -->\n```sh\n([\s\S]+?)```/.exec(readme)?.[1] ?? ''
  const start = /BOOTSTRAP_ADMIN_EMAIL=(\S+) BOOTSTRAP_ADMIN_PASSWORD='([^']+)'/.exec(readme)
  const environment = {
    REQUIRE_MFA: 'none',
    BOOTSTRAP_ADMIN_EMAIL: start?.[1] ?? '',
    BOOTSTRAP_ADMIN_PASSWORD: start?.[2] ?? '',
  }
  const world = await createWorld(environment)
  try {
    await bootstrap(world.house, readConfig(environment))
    const address = await world.app.listen({ port: 0 })
    const script = story.replaceAll('http://localhost:8080', address)
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script])
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [accepted, before, during, revoked, after, trail] = answers
    expect(accepted).toMatchObject({ success: true, data: { status: 'active' } })
    expect(before).toMatchObject({ success: false, error: 'not_found' })
    expect(during).toMatchObject({ success: true, data: { name: 'Acme' } })
    expect(revoked).toMatchObject({ success: true, data: { status: 'revoked' } })
    expect(after).toEqual(before)
    const told = trail.data.items.map(({ action }: { action: string }) => action)
    expect(told).toEqual(
      expect.arrayContaining([
        'provider.created',
        'organization.created',
        'user.invited',
        'user.invitation_accepted',
        'access.granted',
        'access.revoked',
      ]),
    )
    expect(told).not.toContain('database.row_changed')
  } finally {
    await world.close()
  }
})
