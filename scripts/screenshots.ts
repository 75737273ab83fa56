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
/** For what stands in the middle of an empty window. */
const CARD = { width: 720, height: 840 }
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

/** One is saved, so that there is one in the list. */
const openViews = async (page: Page): Promise<void> => {
  await open('Views')(page)
  await page.getByRole('menuitem', { name: 'Save this view…' }).click()
  await page.getByLabel('Name', { exact: true }).fill('What stood out this quarter')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await open('Views')(page)
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
  { name: 'views', path: '/audit?riskLevel=high,critical&last=90d', before: openViews },
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

const outside = [
  'sign-in',
  'forgotten',
  'new-password',
  'invitation',
  'enrolment',
  'recovery-codes',
  'bootstrap',
] as const

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
  for (const [role, pictures] of [
    ['super_admin', ofAdmin],
    ['technician', ofTechnician],
    ['admin', ofCustomer],
  ] as const) {
    const account = accounts.find((one) => one.role === role)
    if (account && pictures.some(isWanted)) await takeAll(browser, account, pictures.filter(isWanted))
  }
  // Last: who joins here is in no other picture.
  await takeOutside(accounts)
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

/** Before somebody is signed in; one after the other, as each leads to the next. */
async function takeOutside(accounts: readonly Account[]): Promise<void> {
  if (!outside.some((name) => isWanted({ name }))) return
  const page = await browser.newPage({ viewport: DESK, reducedMotion: 'reduce' })
  page.setDefaultTimeout(PATIENCE_MS)
  const show = async (name: (typeof outside)[number], path?: string): Promise<void> => {
    if (path !== undefined) await page.goto(`${origin}${path}`)
    await settled(page)
    if (isWanted({ name })) await take(page, name)
  }
  await show('sign-in', '/')
  await page.setViewportSize(CARD)
  await open('Forgot')(page)
  await show('forgotten')
  await show('new-password', '/password-reset/a-link-that-came-by-mail')
  await show('invitation', await invitationPath(accounts))
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await open('Accept the invitation')(page)
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await show('enrolment')
  const secret = (await page.locator('.secret').innerText()).replaceAll(/\s/g, '')
  await page.getByLabel('Six-digit code').fill(totpCode(secret, new Date()))
  await open('Confirm')(page)
  await page.getByRole('list', { name: 'Recovery codes' }).waitFor()
  await show('recovery-codes')
  // The demonstration has its provider: the page is told that there is none.
  await page.route('**/api/auth/bootstrap', (route) =>
    route.fulfill({ json: { success: true, data: { required: true } } }),
  )
  await show('bootstrap', '/')
  await page.close()
}

/** The link that somebody new in the team gets. */
async function invitationPath(accounts: readonly Account[]): Promise<string> {
  const inviter = accounts.find(({ role }) => role === 'super_admin')
  const post = async (path: string, body: object, token?: string): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const answer = await fetch(`${origin}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return ((await answer.json()) as { data: Record<string, string> }).data
  }
  const { challengeToken } = await post('/auth/login', { email: inviter?.email, password: PASSWORD })
  // That of the next half minute: the one of now has signed them in for the pictures before.
  const code = totpCode(inviter?.secret ?? '', new Date(Date.now() + 30_000))
  const { accessToken } = await post('/auth/mfa/verify', { challengeToken, method: 'totp', code })
  const person = {
    email: 'noor.haddad@northgate.example',
    firstName: 'Noor',
    lastName: 'Haddad',
    role: 'security_analyst',
  }
  const { invitationUrl = '' } = await post('/users', person, accessToken)
  return new URL(invitationUrl).pathname
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
