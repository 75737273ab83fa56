import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { equip } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { fill, heading, inDialog, INSTALL_MS, openStage, press, signInAs } from './visitors.ts'
import type { Stage, Visitor } from './visitors.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, INSTALL_MS)
afterAll(() => stage.close())

async function enter(person: Person, options = {}): Promise<Visitor> {
  const visitor = await stage.visit('/', options)
  await signInAs(visitor.page, stage.world, await equip(stage.world, person))
  return visitor
}

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.textContent || document.activeElement.name')

describe('a refusal', () => {
  test('is told beside what was typed, which stays; what is mended goes through', async () => {
    const { page, faults } = await enter(await stage.world.staff('account_manager'))
    const taken = await stage.world.customer()
    await press(page, 'New customer')
    await fill(page, { Name: taken.name.toUpperCase(), 'Domain – optional': 'not a domain' })
    await press(page, 'Create customer')
    await inDialog(page).getByText('Must be a domain name').waitFor()
    expect(await focused(page)).toBe('domain')
    expect(await page.getByLabel('Domain').getAttribute('aria-invalid')).toBe('true')
    await fill(page, { 'Domain – optional': '' })
    await press(page, 'Create customer')
    await inDialog(page).getByRole('alert').getByText('Another organization has this name.').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(taken.name.toUpperCase())
    await fill(page, { Name: 'Mended Ltd' })
    await press(page, 'Create customer')
    await heading(page, 'Mended Ltd')
    expect(faults).toEqual([])
  })

  test('of what a field may hold opens the fold that the field is in', async () => {
    const { page } = await enter(await stage.world.staff('super_admin'))
    const technician = await stage.world.staff('technician')
    const customer = await stage.world.customer()
    await page.getByRole('searchbox').fill(customer.name)
    await page.getByRole('link', { name: customer.name }).click()
    await press(page, 'Grant access')
    const dialog = inDialog(page)
    await dialog.getByRole('button', { name: 'Grant access' }).click()
    await dialog.getByText('Choose one.').waitFor()
    await dialog.getByRole('searchbox').fill(technician.email)
    await dialog.getByRole('radio', { name: new RegExp(technician.email) }).check()
    await dialog.getByText('Limit it further').click()
    await dialog.getByLabel('Addresses').fill('203.0.113.9/24')
    await dialog.getByText('Limit it further').click()
    await dialog.getByRole('button', { name: 'Grant access' }).click()
    await dialog.getByText('Must not have bits set beyond its prefix').waitFor()
    expect(await focused(page)).toBe('ipRestrictions')
    await dialog.getByLabel('Addresses').fill('203.0.113.0/24')
    await dialog.getByLabel('Mon').check()
    await dialog.getByRole('button', { name: 'Grant access' }).click()
    await page.getByText('Only from 203.0.113.0/24').waitFor()
    await page.getByText('Only Mon 08:00–18:00').waitFor()
  })
})

test('what people write is shown as text, whatever it looks like', async () => {
  const { page, faults } = await enter(await stage.world.staff('super_admin'))
  const name = '<img src=x onerror=alert(1)>"\'&amp;'
  const customer = await stage.world.customer({ name })
  await page.goto(`${stage.origin}/#/customers/${customer.id}`)
  await heading(page, name)
  expect(await page.locator('main img').count()).toBe(0)
  expect(await page.title()).toContain(name)
  expect(faults).toEqual([])
})

test('a technician reads why a grant does not let them in now', async () => {
  const { world } = stage
  const technician = await world.staff('technician')
  const [open, closed] = [await world.customer(), await world.customer()]
  await world.grant(technician, open)
  await world.grant(technician, closed, { ipRestrictions: ['203.0.113.0/24'], allowedServices: ['siem'] })
  const { page, faults } = await enter(technician)
  const row = page.getByRole('list', { name: 'My access' }).getByRole('listitem').filter({ hasText: closed.name })
  await row.getByText('Not now: your address is not among those allowed.').waitFor()
  await row.getByText('Only for siem').waitFor()
  expect(await row.getByRole('link').count()).toBe(0)
  await page.getByRole('link', { name: open.name }).click()
  await heading(page, open.name)
  expect(faults).toEqual([])
})

test('a member of a customer sees who can reach them, and no way to change it', async () => {
  const { world } = stage
  const customer = await world.customer()
  const technician = await world.staff('technician')
  await world.grant(technician, customer, { accessLevel: 'full_access' })
  const { page, faults } = await enter(await world.member(customer, 'report_viewer'))
  await heading(page, customer.name)
  const row = page.getByRole('list', { name: 'Who can reach us' }).getByRole('listitem').first()
  await row.getByText('Full access').waitFor()
  expect(await page.getByRole('button', { name: /Revoke|Grant|Invite/ }).count()).toBe(0)
  expect(await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link').allInnerTexts()).toEqual([
    'Who can reach us',
    'Account',
  ])
  expect(faults).toEqual([])
})

test('everything is done by keyboard: a dialog takes the focus, keeps it, and gives it back', async () => {
  const { page } = await enter(await stage.world.staff('account_manager'))
  await heading(page, 'Customers')
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('New customer')
  await page.keyboard.press('Enter')
  expect(await focused(page)).toBe('name')
  await page.keyboard.press('Escape')
  await inDialog(page).waitFor({ state: 'detached' })
  expect(await focused(page)).toBe('New customer')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  expect(await focused(page)).toBe('Account')
  await page.keyboard.press('Enter')
  await page.getByText('This session').waitFor()
  expect(await page.title()).toBe(`${await focused(page)} · Castellan`)
})

test('a list turns its pages and searches on the server', async () => {
  const { world } = stage
  for (let made = 0; made < 26; made++) await world.customer({ name: `Paged ${String(made).padStart(2, '0')}` })
  const { page } = await enter(await world.staff('security_analyst'))
  await page.getByRole('searchbox').fill('Paged')
  await page.getByText('26 in all').waitFor()
  await press(page, 'Next')
  await page.getByRole('link', { name: 'Paged 25' }).waitFor()
  expect(await page.getByRole('list', { name: 'Customers' }).getByRole('listitem').count()).toBe(1)
  await page.getByRole('searchbox').fill('no such customer')
  await page.getByText('Nothing matches “no such customer”.').waitFor()
})

test.each([390, 1440])('nothing is wider than a window of %i pixels', async (width) => {
  const { world } = stage
  const customer = await world.customer({ name: `${'Long'.repeat(20)} ${width}` })
  await world.grant(
    await world.staff('technician', { email: `${width}${'x'.repeat(60)}@${'y'.repeat(60)}.example` }),
    customer,
  )
  const { page } = await enter(await world.staff('super_admin'), { viewport: { width, height: 844 } })
  const tooWide = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
  for (const address of ['customers', `customers/${customer.id}`, 'team', 'access', 'account']) {
    await page.goto(`${stage.origin}/#/${address}`)
    await page.waitForLoadState('networkidle')
    expect([address, await tooWide()]).toEqual([address, 0])
  }
})
