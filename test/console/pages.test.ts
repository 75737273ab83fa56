import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../support/factories.ts'
import {
  fill,
  goTo,
  graveFindings,
  heading,
  inDialog,
  INSTALL_MS,
  openStage,
  pick,
  press,
  toast,
  PATIENT,
} from './visitors.ts'
import type { Stage } from './visitors.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.world.provider()
}, INSTALL_MS)
afterAll(() => stage.close())

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.textContent || document.activeElement.name')
const row = (page: Page, words: string) => page.getByRole('row').filter({ hasText: words })

describe('a refusal', () => {
  test('is told beside what was typed, which stays; what is mended goes through', async () => {
    const { page, faults } = await stage.enter(await stage.world.staff('account_manager'))
    const taken = await stage.world.customer()
    await goTo(page, '/customers')
    await press(page, 'New customer')
    await fill(page, { Name: taken.name.toUpperCase(), 'Domain – optional': 'not a domain' })
    await press(page, 'Create customer')
    await inDialog(page).getByText('Must be a domain name').waitFor()
    await expect.poll(() => focused(page), PATIENT).toBe('domain')
    await expect.poll(() => page.getByLabel('Domain').getAttribute('aria-invalid'), PATIENT).toBe('true')
    await fill(page, { 'Domain – optional': '' })
    await press(page, 'Create customer')
    await inDialog(page).getByRole('alert').getByText('Another organization has this name.').waitFor()
    await expect
      .poll(() => page.getByLabel('Name', { exact: true }).inputValue(), PATIENT)
      .toBe(taken.name.toUpperCase())
    await fill(page, { Name: 'Mended Ltd' })
    await press(page, 'Create customer')
    await heading(page, 'Mended Ltd')
    expect(faults).toEqual([])
  })

  test('of what a field may hold opens the fold that the field is in', async () => {
    const { page } = await stage.enter(await stage.world.staff('super_admin'))
    await stage.world.staff('technician', { email: 'fold.opener@example.com' })
    const customer = await stage.world.customer()
    await goTo(page, `/customers/${customer.id}`)
    await press(page, 'Grant access')
    const dialog = inDialog(page)
    const grant = dialog.getByRole('button', { name: 'Grant access' })
    await grant.click()
    await dialog.getByText('Choose somebody.').waitFor()
    await pick(page, 'Who', 'First')
    await dialog.getByText('Limit it further').click()
    await dialog.getByLabel('Addresses', { exact: true }).fill('203.0.113.9/24')
    await dialog.getByText('did you mean 203.0.113.0/24?').waitFor()
    await dialog.getByText('Limit it further').click()
    await grant.click()
    await dialog.getByText('Must not have bits set beyond its prefix').waitFor()
    await expect.poll(() => focused(page), PATIENT).toBe('203.0.113.9/24')
    await dialog.getByLabel('Addresses', { exact: true }).fill('203.0.113.0/24')
    await dialog.getByText('256 addresses, 203.0.113.0 to 203.0.113.255').waitFor()
    await dialog.getByRole('button', { name: 'Office hours' }).click()
    await grant.click()
    await page.getByText('Only from 203.0.113.0/24').waitFor()
    await page.getByText('Only Mon–Fri 08:00–18:00').waitFor()
  })

  test('because somebody was faster shows what they changed, and overwrites nothing unasked', async () => {
    const { world } = stage
    const [admin, customer] = [await world.staff('super_admin'), await world.customer()]
    const { page } = await stage.enter(admin)
    await goTo(page, `/customers/${customer.id}`)
    await press(page, 'Manage')
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await fill(page, { Domain: 'mine.example' })
    await world.as(admin).put(`/api/organizations/${customer.id}`, { domain: 'theirs.example' })
    await press(page, 'Save')
    await inDialog(page).getByText('Somebody changed it meanwhile').waitFor()
    await inDialog(page).getByText('theirs.example').waitFor()
    await expect.poll(() => page.getByLabel('Domain').inputValue(), PATIENT).toBe('mine.example')
    await press(page, 'Save mine over it')
    await page.getByRole('main').getByText('mine.example').waitFor()
  })
})

test('what people write is shown as text, whatever it looks like', async () => {
  const { page, faults } = await stage.enter(await stage.world.staff('super_admin'))
  const name = '<img src=x onerror=alert(1)>"\'&amp;'
  const customer = await stage.world.customer({ name })
  await goTo(page, `/customers/${customer.id}`)
  await heading(page, name)
  await expect.poll(() => page.locator('main img').count(), PATIENT).toBe(0)
  await expect.poll(() => page.title(), PATIENT).toContain(name)
  expect(faults).toEqual([])
})

test('a technician reads why a grant does not let them in now, and records what they did under one that does', async () => {
  const { world } = stage
  const technician = await world.staff('technician')
  const [open, closed] = [await world.customer(), await world.customer()]
  await world.grant(technician, open)
  await world.grant(technician, closed, { ipRestrictions: ['203.0.113.0/24'], allowedServices: ['siem'] })
  const { page, faults } = await stage.enter(technician)
  const tiles = page.getByRole('list', { name: 'My access' }).getByRole('listitem')
  const shut = tiles.filter({ hasText: closed.name })
  await shut.getByText('Not now: the address is not among those allowed.').waitFor()
  await shut.getByText('Only for siem').waitFor()
  await expect.poll(() => shut.getByRole('link').count(), PATIENT).toBe(0)
  await tiles.filter({ hasText: open.name }).getByRole('button', { name: 'Record what I did' }).click()
  await fill(page, { What: 'Looked at the alerts', Service: 'siem' })
  await press(page, 'Record')
  await toast(page, `Recorded in the trail of ${open.name}.`)
  await page.getByRole('link', { name: open.name }).click()
  await heading(page, open.name)
  expect(faults).toEqual([])
})

test('a member of a customer sees who can reach them, and no way to change it', async () => {
  const { world } = stage
  const customer = await world.customer()
  await world.grant(await world.staff('technician'), customer, { accessLevel: 'full_access' })
  const { page, faults } = await stage.enter(await world.member(customer, 'report_viewer'))
  await heading(page, customer.name)
  await page.getByRole('table', { name: 'Who can reach us' }).getByText('Full access').waitFor()
  await expect.poll(() => page.getByRole('button', { name: /Revoke|Grant|Invite/ }).count(), PATIENT).toBe(0)
  const links = page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link')
  expect(await links.allInnerTexts()).toEqual(['Who can reach us', 'Our users', 'Our trail', 'Account'])
  expect(faults).toEqual([])
})

test('an administrator of a customer invites somebody and sets what holds for all', async () => {
  const { world } = stage
  const customer = await world.customer()
  const { page, faults } = await stage.enter(await world.member(customer, 'admin'))
  await page.getByRole('link', { name: 'Our users' }).click()
  await press(page, 'Invite a person')
  await fill(page, { 'First name': 'Nils', 'Last name': 'Holm', 'E-mail': 'nils@customer.example' })
  await press(page, 'Invite')
  await press(page, 'Done')
  await row(page, 'Nils Holm').getByText('Invited').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('switch', { name: 'Everybody needs a second factor' }).check()
  await press(page, 'Save')
  await toast(page, 'The settings are saved.')
  expect(faults).toEqual([])
})

test('by keyboard alone: access is granted in the matrix, looked at, and revoked', async () => {
  const { world } = stage
  const [technician, customer] = [await world.staff('technician'), await world.customer({ name: 'Keyboard Ltd' })]
  const { page, faults } = await stage.enter(await world.staff('super_admin'))
  await goTo(page, '/matrix?search=Keyboard')
  const grid = page.getByRole('grid', { name: /^Technicians by customers/ })
  await grid.focus()
  const cell = grid.getByRole('gridcell')
  for (let moves = 0; !(await cell.innerText()).includes(await lastNameOf(technician)); moves++) {
    expect(moves).toBeLessThan(100)
    await page.keyboard.press('ArrowDown')
  }
  expect(await cell.innerText()).toContain(`${customer.name}: no access`)
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Not usable now').waitFor()
  await reach(page, 'Grant access')
  await page.keyboard.press('Enter')
  await inDialog(page).getByRole('radio', { name: 'Read only' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Usable now', { exact: true }).waitFor()
  await page.getByRole('article').getByText('Full access', { exact: true }).waitFor()
  await reach(page, 'Revoke')
  await page.keyboard.press('Enter')
  await inDialog(page).getByLabel('Reason').focus()
  await reach(page, 'Revoke')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Not usable now').waitFor()
  await page.getByRole('region', { name: 'Before' }).getByText('Revoked').waitFor()
  await page.keyboard.press('Escape')
  await inDialog(page).waitFor({ state: 'detached' })
  expect(faults).toEqual([])
})

async function lastNameOf({ id }: Person): Promise<string> {
  const { rows } = await stage.world.admin.query('select last_name from users where id = $1', [id])
  return rows[0].last_name
}

/** Goes on with the tabulator until a button of this name has the focus. */
async function reach(page: Page, name: string): Promise<void> {
  for (let tabs = 0; (await focused(page)) !== name; tabs++) {
    expect(tabs).toBeLessThan(40)
    await page.keyboard.press('Tab')
  }
}

test('a row of the matrix is revoked at once, after it was shown what that would do', async () => {
  const { world } = stage
  const technician = await world.staff('technician')
  for (let made = 0; made < 3; made++) await world.grant(technician, await world.customer())
  const { page } = await stage.enter(await world.staff('super_admin'))
  await goTo(page, `/matrix?search=${await lastNameOf(technician)}`)
  const grid = page.getByRole('grid', { name: /^Technicians by customers/ })
  await grid.focus()
  await page.keyboard.press('Shift+Space')
  await page.getByRole('region', { name: 'Selection' }).getByText('3 grants').waitFor()
  await press(page, 'Revoke…')
  await fill(page, { Reason: 'They leave' })
  await press(page, 'Show what will happen')
  await inDialog(page).getByText('3 grants would be revoked').waitFor()
  await press(page, 'Revoke 3 grants')
  await toast(page, '3 grants revoked.')
})

test('customers are handed from one technician to another, shown first', async () => {
  const { world } = stage
  const [from, to] = [await world.staff('technician'), await world.staff('technician')]
  const customer = await world.customer()
  await world.grant(from, customer)
  const { page, faults } = await stage.enter(await world.staff('account_manager'))
  await goTo(page, `/handoff?from=${from.id}`)
  await pick(page, 'To', await lastNameOf(to))
  await press(page, 'Next')
  await fill(page, { Reason: 'Holidays' })
  await press(page, 'Show what will happen')
  await page.getByRole('list', { name: 'What changes hands' }).getByText(customer.name).waitFor()
  await press(page, 'Hand off 1 customer')
  await heading(page, 'Handed off')
  expect(faults).toEqual([])
})

test('Ctrl-K finds a customer wherever somebody is, and a list turns its pages and searches on the server', async () => {
  const { world } = stage
  for (let made = 0; made < 26; made++) await world.customer({ name: `Paged ${String(made).padStart(2, '0')}` })
  const { page } = await stage.enter(await world.staff('security_analyst'))
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Find a customer, a person, a page…').fill('Paged 07')
  await page
    .getByRole('option', { name: /Paged 07/ })
    .or(page.getByRole('button', { name: /Paged 07/ }))
    .first()
    .click()
  await heading(page, 'Paged 07')
  await page.getByRole('link', { name: 'Customers', exact: true }).click()
  await page.getByRole('searchbox').fill('Paged')
  await page.getByText('26 in all').waitFor()
  await press(page, 'Next')
  await page.getByRole('link', { name: 'Paged 25' }).waitFor()
  await expect.poll(() => new URL(page.url()).search, PATIENT).toContain('page=2')
  await expect.poll(() => page.getByRole('row').count(), PATIENT).toBe(2)
  await page.getByRole('searchbox').fill('no such customer')
  await page.getByText('Nothing matches “no such customer”.').waitFor()
})

/** Once what is still moving has come to rest. */
const expectGood = (page: Page, path: string, rules?: string[]): Promise<void> =>
  expect.poll(async () => [path, await graveFindings(page, rules)], PATIENT).toEqual([path, []])

// What is not about colours is the same in both.
const colours = [
  ['light', undefined],
  ['dark', ['color-contrast']],
] as const

describe('every page', () => {
  const ofStaff = [
    '/',
    '/matrix',
    '/customers',
    '/customers/:customer',
    '/team',
    '/people/:person',
    '/grants',
    '/handoff',
    '/reviews',
    '/audit',
    '/compliance',
    '/retention',
    '/account',
  ]

  test.each(colours)(
    'of staff in %s colours has no grave finding, and nothing is too wide for 390 pixels',
    async (colorScheme, chosen) => {
      const rules = chosen && [...chosen]
      const { world } = stage
      const customer = await world.customer({ name: `${'Long'.repeat(20)} ${colorScheme}` })
      const technician = await world.staff('technician', {
        email: `${colorScheme}${'x'.repeat(58)}@${'y'.repeat(60)}.example`,
      })
      await world.grant(technician, customer, { accessLevel: 'emergency' })
      const { page, faults } = await stage.enter(await world.staff('super_admin'), { colorScheme })
      for (const path of ofStaff) {
        await page.setViewportSize({ width: 1440, height: 900 })
        await goTo(page, path.replace(':customer', customer.id).replace(':person', technician.id))
        await settled(page)
        await expectGood(page, path, rules)
        await page.setViewportSize({ width: 390, height: 844 })
        await expect
          .poll(async () => [path, await page.evaluate('document.documentElement.scrollWidth - innerWidth')], PATIENT)
          .toEqual([path, 0])
      }
      expect(faults).toEqual([])
    },
  )

  test.each(colours)('of a customer and a technician in %s colours has none either', async (colorScheme, chosen) => {
    const rules = chosen && [...chosen]
    const { world } = stage
    const [customer, technician] = [await world.customer(), await world.staff('technician')]
    await world.grant(technician, customer, { allowedServices: ['siem'] })
    const outside = await stage.visit('/', { colorScheme })
    await heading(outside.page, 'Sign in')
    await expectGood(outside.page, 'outside', rules)
    const member = await stage.enter(await world.member(customer, 'admin'), { colorScheme })
    for (const path of ['/', '/our-users', '/our-trail', '/settings']) {
      await goTo(member.page, path)
      await settled(member.page)
      await expectGood(member.page, path, rules)
    }
    const { page } = await stage.enter(technician, { colorScheme })
    await settled(page)
    await expectGood(page, 'the technician’s', rules)
  })
})

/** Everything that the page asks for is there. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  const waits = page.getByRole('status', { name: 'Loading' })
  while ((await waits.count()) > 0) await waits.first().waitFor({ state: 'detached' })
}
