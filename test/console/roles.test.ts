import { stat } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { record } from '../support/grants.ts'
import {
  fill,
  goTo,
  heading,
  inDialog,
  INSTALL_MS,
  keptBy,
  NOTHING,
  openStage,
  PATIENT,
  press,
  toast,
} from './visitors.ts'
import type { Stage } from './visitors.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.world.provider()
}, INSTALL_MS)
afterAll(() => stage.close())

const FIRST_LOAD_BYTES = 350 * 1024

test.each(['request_user', 'basic_user'] as const)(
  'a %s of a customer sees who reaches them, by name alone who their colleagues are, and changes their own name only',
  async (role) => {
    const { world } = stage
    const customer = await world.customer()
    const [holder, colleague] = [await world.staff('technician'), await world.member(customer, 'admin')]
    const id = await world.grant(holder, customer, { accessLevel: 'full_access', ipRestrictions: ['127.0.0.1'] })
    await record(world, holder, id, { action: 'Looked at the alerts of the night' })
    const { page, faults } = await stage.enter(await world.member(customer, role))
    await heading(page, customer.name)
    const table = page.getByRole('table', { name: 'Who can reach us' })
    await table.getByText('Full access').waitFor()
    await table.getByText('Looked at the alerts of the night').waitFor()
    expect(await page.getByText('127.0.0.1').count()).toBe(0)
    expect(await table.getByRole('link').count()).toBe(0)
    const links = page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link')
    expect(await links.allInnerTexts()).toEqual(['Who can reach us', 'Our users', 'Our trail', 'Account'])
    await page.getByRole('link', { name: 'Our users' }).click()
    const users = page.getByRole('table', { name: 'People' })
    await users.getByRole('row').nth(2).waitFor()
    expect(await users.getByText(colleague.email).count()).toBe(0)
    expect(await page.getByRole('button', { name: /Invite|Grant|Revoke|Manage/ }).count()).toBe(0)
    await page.getByRole('link', { name: 'Our trail' }).click()
    await page.getByRole('list', { name: 'Events' }).getByText('Signed in').first().waitFor()
    await page.getByRole('link', { name: 'Account' }).click()
    await fill(page, { 'First name': 'Renamed' })
    await press(page, 'Save')
    await page.getByText('Renamed').first().waitFor()
    await goTo(page, '/settings')
    await page.getByText('Your role may not change the settings').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
    await goTo(page, '/matrix')
    await page.getByRole('alert').getByText('Your role may not do this.').waitFor()
    expect(await keptBy(page)).toEqual(NOTHING)
    expect(faults).toEqual([])
  },
)

test('a technician is told at its field what is wrong with a record, what is on its way, and what could not be asked', async () => {
  const { world } = stage
  const technician = await world.staff('technician')
  await world.grant(technician, await world.customer({ name: 'Open Ltd' }))
  const { page, faults } = await stage.enter(technician)
  const tile = page.getByRole('list', { name: 'My access' }).getByRole('listitem')
  await tile.getByText('never used').waitFor()
  await press(page, 'Record what I did')
  await fill(page, { 'Minutes – optional': 'a few' })
  await press(page, 'Record')
  const dialog = page.getByRole('dialog')
  for (const fault of ['Say in a few words what you did.', 'Say on which service.', 'A number, such as 15.'])
    await dialog.getByText(fault).waitFor()
  await fill(page, { 'Minutes – optional': '99999999' })
  await fill(page, { What: 'Looked', Service: 'siem' })
  await press(page, 'Record')
  // A fault of a field that is not in the form under the name that the server has for it.
  await dialog
    .getByRole('alert')
    .getByText(/^durationSeconds: /)
    .waitFor()

  let answer = (): void => undefined
  const asked = new Promise<void>((resolve) => (answer = resolve))
  await page.route('**/api/access-management/check', async (route) => {
    await asked
    await route.fulfill({ status: 503, json: { success: false, error: 'unavailable', message: 'Not available.' } })
  })
  await page.reload()
  await tile.getByRole('status').getByText('Looking whether it is open now…').waitFor()
  answer()
  await tile
    .getByRole('alert')
    .getByText(/could not be asked: Not available\./)
    .waitFor()
  expect(faults).toEqual([])
})

test('what a super admin loads first is at most 350 KB of scripts, compressed', async () => {
  const { page } = await stage.enter(await stage.world.staff('super_admin'))
  const scripts = new Set<string>()
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('.js')) scripts.add(pathname)
  })
  await page.reload()
  await heading(page, 'Overview')
  await page.getByRole('heading', { name: 'Needs you now' }).waitFor()
  const sizes = [...scripts].map(
    async (path) => (await stat(new URL(`../../console/dist${path}.gz`, import.meta.url))).size,
  )
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(100 * 1024)
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES)
})

const focused = (page: Page): Promise<string> =>
  page.evaluate(
    `document.activeElement.textContent || document.activeElement.name || document.activeElement.closest('[data-field]')?.dataset.field`,
  )

/** Goes on with the tabulator until a button of this name, or a field, has the focus. */
async function reach(page: Page, name: string): Promise<void> {
  for (let tabs = 0; (await focused(page)) !== name; tabs++) {
    expect(tabs).toBeLessThan(60)
    await page.keyboard.press('Tab')
  }
}

async function typeChoice(page: Page, field: string, words: string): Promise<void> {
  await reach(page, field)
  await page.keyboard.type(words)
  await page.getByRole('option').filter({ hasText: words }).first().waitFor()
  await expect.poll(() => page.getByRole('option').count(), PATIENT).toBe(1)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

test('by keyboard alone: an emergency is given with its reason, runs down, and is judged by somebody else', async () => {
  const { world } = stage
  const technician = await world.staff('technician')
  await world.customer({ name: 'Burning Ltd' })
  await world.admin.query(`update users set last_name = 'Firefighter' where id = $1`, [technician.id])
  const { page, faults } = await stage.enter(await world.staff('super_admin'))
  await goTo(page, '/reviews')
  await page.getByText('Nothing to review').waitFor()
  await reach(page, 'Emergency access')
  await page.keyboard.press('Enter')
  await inDialog(page).waitFor()
  await typeChoice(page, 'technicianId', 'Firefighter')
  await typeChoice(page, 'customerOrgId', 'Burning')
  await reach(page, 'Grant access')
  await page.keyboard.press('Enter')
  await inDialog(page).getByText('Say what happened, in at least 10 characters: a reviewer reads it.').waitFor()
  await expect.poll(() => focused(page), PATIENT).toBe('reason')
  await page.keyboard.type('The firewall is down, and nobody else is awake')
  await reach(page, 'Grant access')
  await page.keyboard.press('Enter')
  await toast(page, 'has access to Burning Ltd.')
  const card = page.getByRole('region', { name: /at Burning Ltd$/ })
  await expect.poll(() => card.getByRole('timer').innerText(), PATIENT).toMatch(/^0[34]:\d\d:\d\d$/)
  await card.getByText('You gave it: somebody else judges.').waitFor()
  expect(faults).toEqual([])

  const other = await stage.enter(await world.staff('security_analyst'))
  await goTo(other.page, '/reviews')
  await other.page.getByText('The firewall is down').waitFor()
  await reach(other.page, 'Judge')
  await other.page.keyboard.press('Enter')
  await inDialog(other.page).waitFor()
  await reach(other.page, 'notes')
  await other.page.keyboard.type('The ticket says the same')
  await reach(other.page, 'Close the review')
  await other.page.keyboard.press('Enter')
  await other.page.getByText('Nothing to review').waitFor()
  expect(other.faults).toEqual([])
})

test('of two who edit a grant at once the second sees what the first changed, and what is saved is what both wanted', async () => {
  const { world } = stage
  const [technician, customer, admin] = [
    await world.staff('technician'),
    await world.customer(),
    await world.staff('super_admin'),
  ]
  const id = await world.grant(technician, customer)
  const { page, faults } = await stage.enter(await world.staff('account_manager'))
  await goTo(page, `/customers/${customer.id}`)
  await page.getByRole('button', { name: /^More about/ }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await fill(page, { Notes: 'mine' })
  const url = `/api/access-management/access/${id}`
  await world.as(admin).put(url, { notes: 'theirs', allowedServices: ['siem'] })
  await press(page, 'Save')
  const changes = inDialog(page).getByRole('table', { name: 'What they changed' }).getByRole('row')
  await changes.first().waitFor()
  expect((await changes.allInnerTexts()).map((row) => row.split('\t'))).toEqual([
    ['What', 'Before', 'Theirs', 'Yours'],
    ['Notes', 'none', 'theirs', 'mine'],
    ['Services', 'any', 'siem', 'siem'],
  ])
  await press(page, 'Save mine over it')
  await inDialog(page).waitFor({ state: 'detached' })
  const { body } = await world.as(admin).get(url)
  expect(body.data).toMatchObject({ notes: 'mine', allowedServices: ['siem'] })
  expect(faults).toEqual([])
})

test('of two who edit the settings at once the second keeps what was typed, and saves nothing unasked', async () => {
  const { world } = stage
  const customer = await world.customer()
  const [one, other] = [await world.member(customer, 'admin'), await world.member(customer, 'admin')]
  const { page, faults } = await stage.enter(one)
  await page.getByRole('link', { name: 'Settings' }).click()
  await fill(page, { 'Whom the provider calls': 'Mine' })
  const url = `/api/organizations/${customer.id}`
  const change = { settings: { contact: { name: 'Theirs' }, sessionIdleMinutes: 30 } }
  await world.as(other).put(url, change)
  await press(page, 'Save')
  await page.getByRole('alert').getByText('Somebody changed it meanwhile').waitFor()
  expect(await page.getByLabel('Whom the provider calls').inputValue()).toBe('Mine')
  expect(await page.getByLabel('A session ends after minutes without use').inputValue()).toBe('30')
  expect((await world.as(other).get(url)).body.data.settings).toMatchObject(change.settings)
  await press(page, 'Take theirs')
  expect(await page.getByLabel('Whom the provider calls').inputValue()).toBe('Theirs')
  await press(page, 'Save')
  await toast(page, 'The settings are saved.')
  expect(faults).toEqual([])
})
