import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { totpCode } from '../src/credentials/totp.ts'
import { PASSWORD } from '../src/demo/arrivals.ts'
import type { Account } from '../src/demo/provider.ts'
import { buildConsole } from './build-console.ts'
import { chromiumPath } from './install-chromium.ts'
import { toPalette } from './palette-png.ts'

/**
 * Pictures of every page, of the demonstration: `node scripts/screenshots.ts [name …]` writes docs/pictures/*.png. The demonstration is
 * the same every time but for its dates.
 */
const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url))
const CASTELLAN = fileURLToPath(new URL('../src/cli/castellan.ts', import.meta.url))
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
const PATIENCE_MS = 60_000
/** For what still moves to come to rest. */
const REST_MS = 700

interface Picture {
  readonly name: string
  /** Where it is, or the link of the page before that leads there. */
  readonly path: string
  readonly dark?: true
  readonly phone?: true
  readonly before?: (page: Page) => Promise<void>
}

const open = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click()
const follow = (table: string) => (page: Page) =>
  page.getByRole('table', { name: table }).getByRole('link').first().click()

const openFirstCell = async (page: Page): Promise<void> => {
  await page.getByRole('grid').focus()
  await page.keyboard.press('Enter')
}

const ofAdmin: readonly Picture[] = [
  { name: 'overview', path: '/' },
  { name: 'overview-phone', path: '/', phone: true },
  { name: 'matrix', path: '/matrix' },
  { name: 'matrix-dark', path: '/matrix', dark: true },
  { name: 'matrix-overview', path: '/matrix?size=overview' },
  { name: 'matrix-grant', path: '/matrix', before: openFirstCell },
  { name: 'customers', path: '/customers' },
  { name: 'customer', path: '/customers', before: follow('Customers') },
  { name: 'team', path: '/team' },
  { name: 'person', path: '/team', before: follow('People of the provider') },
  { name: 'grants', path: '/grants' },
  { name: 'handoff', path: '/handoff' },
  { name: 'reviews', path: '/reviews' },
  { name: 'audit', path: '/audit' },
  { name: 'audit-dark', path: '/audit?riskLevel=high,critical', dark: true },
  { name: 'audit-phone', path: '/audit', phone: true },
  {
    name: 'audit-event',
    path: '/audit?action=access.updated&last=90d',
    before: (page) => page.getByRole('list', { name: 'Events', exact: true }).getByRole('button').first().click(),
  },
  { name: 'trail-badge', path: '/audit', before: open('checkpoint') },
  { name: 'compliance', path: '/compliance' },
  {
    name: 'compliance-control',
    path: '/compliance?status=exceptions',
    before: (page) => page.locator('.controls summary').first().click(),
  },
  { name: 'retention', path: '/retention' },
  { name: 'account', path: '/account' },
  { name: 'notifications', path: '/', before: open('Notifications') },
  { name: 'palette', path: '/', before: (page) => page.keyboard.press('Control+k') },
]
const ofTechnician: readonly Picture[] = [
  { name: 'my-access', path: '/' },
  { name: 'my-access-phone', path: '/', phone: true },
]
const ofCustomer: readonly Picture[] = [
  { name: 'who-reaches-us', path: '/' },
  { name: 'our-users', path: '/our-users' },
  { name: 'our-trail', path: '/our-trail' },
  { name: 'settings', path: '/settings' },
]

const wanted = process.argv.slice(2)
const isWanted = ({ name }: { name: string }): boolean => wanted.length === 0 || wanted.includes(name)

await buildConsole()
const dataDir = await mkdtemp(join(tmpdir(), 'castellan-pictures-'))
const origin = `http://127.0.0.1:${await freePort()}`
const server = startDemo()
const browser = await chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] })
try {
  await ready()
  await mkdir(PICTURES, { recursive: true })
  const accounts = JSON.parse(await readFile(join(dataDir, 'demo-accounts.json'), 'utf8')) as Account[]
  await takeOutside()
  for (const [role, pictures] of [
    ['super_admin', ofAdmin],
    ['technician', ofTechnician],
    ['admin', ofCustomer],
  ] as const) {
    const account = accounts.find((one) => one.role === role)
    if (account && pictures.some(isWanted)) await takeAll(browser, account, pictures.filter(isWanted))
  }
} finally {
  await browser.close()
  await stop(server)
  await rm(dataDir, { recursive: true, force: true })
}

function startDemo(): ChildProcess {
  return spawn(process.execPath, [CASTELLAN, 'demo', '--data-dir', dataDir], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: new URL(origin).port, PUBLIC_URL: origin },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Until the demonstration is made and served. */
async function ready(): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error('the demonstration did not start')
    const answer = await fetch(`${origin}/readyz`).catch(() => null)
    if (answer?.ok) return
    await rest()
  }
}

async function takeOutside(): Promise<void> {
  if (!isWanted({ name: 'sign-in' })) return
  const page = await browser.newPage({ viewport: DESK })
  await page.goto(origin)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await take(page, 'sign-in')
  await page.close()
}

async function takeAll(from: Browser, account: Account, pictures: readonly Picture[]): Promise<void> {
  const page = await (await from.newContext({ viewport: DESK })).newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await signIn(page, account)
  for (const { name, path, dark, phone, before } of pictures) {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' })
    await page.setViewportSize(phone ? PHONE : DESK)
    await page.goto(`${origin}${path}`)
    await settled(page)
    if (before) {
      await before(page)
      await settled(page)
    }
    await take(page, name)
  }
}

async function signIn(page: Page, { email, secret }: Account): Promise<void> {
  await page.goto(origin)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  if (secret !== null) {
    await page.getByLabel('Six-digit code').fill(totpCode(secret, new Date()))
    await page.getByRole('button', { name: 'Continue' }).click()
  }
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()
}

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  const waits = page.getByRole('status', { name: 'Loading' })
  while ((await waits.count()) > 0) await waits.first().waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
  await rest()
}

async function take(page: Page, name: string): Promise<void> {
  const picture = toPalette(await page.screenshot())
  await writeFile(join(PICTURES, `${name}.png`), picture)
  console.log(`${name}.png ${Math.round(picture.length / 1000)} kB`)
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS))
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await ended
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
