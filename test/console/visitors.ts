import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { vi } from 'vitest'
import { buildConsole } from '../../scripts/build-console.ts'
import { chromiumPath } from '../../scripts/install-chromium.ts'
import { codeOf, equip, PASSWORD } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { freePort } from '../support/free-port.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

// A browser shares its machine with whatever else is tested: it is waited for as long as somebody would.
const PATIENCE_MS = 30_000
vi.setConfig({ testTimeout: 120_000 })

/** For what a page comes to in its own time. */
export const PATIENT = { timeout: PATIENCE_MS }

/** For a hook that may have to install the browser first. */
export const INSTALL_MS = 600_000

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// These run in the browser, whose names the server's compiler does not know.
const TELL_OF_BREACHES = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('policy: ' + violatedDirective + ' ' + blockedURI))`
const WHAT_IS_KEPT = `(async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  readableCookies: document.cookie,
}))()`

/** Somebody with a browser of their own. */
export interface Visitor {
  page: Page
  /** What must not happen in any story: errors, breaches of the policy, calls to other origins. */
  faults: string[]
}

/** A server that listens, and a browser to visit it with. */
export interface Stage {
  world: World
  origin: string
  visit(path?: string, options?: BrowserContextOptions): Promise<Visitor>
  /** Signs the person in, with a second factor where they owe one. */
  enter(person: Person, options?: BrowserContextOptions): Promise<Visitor>
  close(): Promise<void>
}

/** Passkeys want a name: no browser makes one for an address. */
export async function openStage({ host = '127.0.0.1' } = {}): Promise<Stage> {
  const port = await freePort()
  const origin = `http://${host}:${port}`
  const executablePath = await chromiumPath()
  await buildConsole()
  const world = await createWorld({ PUBLIC_URL: origin })
  await world.app.listen({ host: '127.0.0.1', port })
  const browser = await chromium.launch({ executablePath, args: QUIET })
  const visitAt = (path = '/', options = {}) => visit(browser, `${origin}${path}`, options)
  return {
    world,
    origin,
    visit: visitAt,
    async enter(person, options) {
      const visitor = await visitAt('/', options)
      await signInAs(visitor.page, world, await equip(world, person))
      return visitor
    },
    close: async () => {
      await browser.close()
      await world.close()
    },
  }
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions): Promise<Visitor> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(`error: ${message}`))
  page.on('console', (line) => {
    // A refusal is no fault: the browser logs each answer from 400 on.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) faults.push(line.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && new URL(request.url()).origin !== new URL(url).origin) {
      faults.push(`request to ${request.url()}`)
    }
  })
  await page.addInitScript({ content: TELL_OF_BREACHES })
  await page.goto(url)
  return { page, faults }
}

/** What a browser would still know of a visitor tomorrow, apart from cookies that scripts cannot read. */
export const keptBy = (page: Page): Promise<unknown> => page.evaluate(WHAT_IS_KEPT)
export const NOTHING = { local: 0, session: 0, databases: 0, caches: 0, readableCookies: '' }

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
export const inDialog = (page: Page) => page.getByRole('dialog')
export const toast = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words }).waitFor()

/** Opens a list of choices and takes one. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

/** Types into a field that finds on the server, and takes what it found. */
export async function pick(page: Page, label: string, words: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(words)
  await page.getByRole('option').filter({ hasText: words }).first().click()
}

/** Goes to a page of the console without loading it anew. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  )
}

/** What axe finds grave on the page as it is, by all rules or by some. */
export async function graveFindings(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true)
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`))
}

export async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
}

/** Sets up the second factor that the page asks for. @returns its secret and the recovery codes */
export async function enrol(page: Page, world: World): Promise<{ secret: string; recoveryCodes: string[] }> {
  await heading(page, 'Set up your second factor')
  const secret = (await page.locator('.secret').innerText()).replaceAll(/\s/g, '')
  await fill(page, { 'Six-digit code': codeOf(world, secret) })
  await press(page, 'Confirm')
  await heading(page, 'Keep these recovery codes')
  const recoveryCodes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts()
  await press(page, 'I have kept them')
  return { secret, recoveryCodes }
}

/** Signs in somebody who was equipped with the password and a second factor. */
export async function signInAs(
  page: Page,
  world: World,
  { email, secret }: { email: string; secret: string },
): Promise<void> {
  world.travel(30_000)
  await fill(page, { 'E-mail': email, Password: PASSWORD })
  await press(page, 'Sign in')
  await fill(page, { 'Six-digit code': codeOf(world, secret) })
  await press(page, 'Continue')
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()
}
