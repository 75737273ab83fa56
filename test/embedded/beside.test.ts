import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { castellan } from '../support/castellan-process.ts'
import { connectToEmbedded, makeDataDir, startServer } from '../support/server-process.ts'

const bootstrap = {
  BOOTSTRAP_ADMIN_EMAIL: 'grace@provider.example',
  BOOTSTRAP_ADMIN_PASSWORD: 'rain over seven hills',
  BOOTSTRAP_PROVIDER_NAME: 'Harbour',
}

test('the trail is verified and exported beside the server that runs on it, and by itself after that was killed', async () => {
  const dataDir = await makeDataDir()
  onTestFinished(() => dataDir.remove())
  const server = startServer({ DATA_DIR: dataDir.path, ...bootstrap })
  onTestFinished(async () => {
    server.process.kill('SIGKILL')
    await server.ended
  })
  const port = await server.listening
  const client = await connectToEmbedded(dataDir.path)
  const sealed = async () => (await client.query('select count(*)::int as n from audit_checkpoints')).rows[0].n
  await expect.poll(sealed, { timeout: 60_000, interval: 200 }).toBeGreaterThan(0)
  await client.end()

  const here = { DATA_DIR: dataDir.path }
  const bundle = join(dataDir.path, 'trail.ndjson')
  const [verified, exported] = await Promise.all([
    castellan(['audit', 'verify', '--json'], here),
    castellan(['audit', 'export', '--output', bundle], here),
  ])
  expect([verified, exported]).toMatchObject([0, 0].map((code) => ({ code, stderr: '' })))
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'clean', faults: [], organizations: 1 })
  expect(await readFile(bundle, 'utf8')).toContain('"type":"end"')
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)

  server.process.kill('SIGKILL')
  await server.ended
  const answers = () =>
    connectToEmbedded(dataDir.path).then(
      (other) => other.end().then(() => true),
      () => false,
    )
  await expect.poll(answers, { timeout: 60_000, interval: 100 }).toBe(false)
  expect(await castellan(['audit', 'verify'], here)).toMatchObject({ code: 0 })
}, 240_000)
