import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tell } from '../support/audit.ts'
import type { Person } from '../support/factories.ts'
import { writePast } from '../support/past.ts'
import {
  fill,
  goTo,
  graveFindings,
  heading,
  inDialog,
  INSTALL_MS,
  keptBy,
  NOTHING,
  openStage,
  PATIENT,
  pick,
  press,
  toast,
} from './visitors.ts'
import type { Stage, Visitor } from './visitors.ts'

let stage: Stage
let admin: Person
let visitor: Visitor
let page: Page
beforeAll(async () => {
  stage = await openStage()
  admin = await stage.world.staff('super_admin')
  visitor = await stage.enter(await stage.world.staff('security_analyst'))
  page = visitor.page
}, INSTALL_MS)
afterAll(() => stage.close())

const events = () => page.getByRole('list', { name: 'Events', exact: true }).getByRole('listitem')
const facet = (group: string, value: RegExp) =>
  page.getByRole('group', { name: group, exact: true }).getByRole('button', { name: value })
const inAddress = (name: string): string | null => new URL(page.url()).searchParams.get(name)

/** A customer whose domain was changed, by the API. */
async function changed(domain: string): Promise<{ id: string; name: string }> {
  const customer = await stage.world.customer()
  await stage.world.as(admin).put(`/api/organizations/${customer.id}`, { domain })
  return customer
}

describe('an event', () => {
  test('shows what changed, and is proved in the browser once it is sealed', async () => {
    const customer = await changed('proved.example')
    await stage.world.runJob('seal-trail')
    await goTo(page, `/audit?organizationId=${customer.id}&action=organization.updated`)
    await events().first().getByRole('button').click()
    const dialog = inDialog(page)
    await dialog.getByRole('row').filter({ hasText: 'domain' }).getByText('proved.example').waitFor()
    await dialog.getByText('Verified in this browser').waitFor()
    await expect.poll(() => dialog.locator('.proof-checks .proof-holds').count(), PATIENT).toBe(4)
    await expect.poll(() => graveFindings(page), PATIENT).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  test('that the server tells otherwise than it was sealed does not verify', async () => {
    const customer = await changed('forged.example')
    await stage.world.runJob('seal-trail')
    await page.route('**/api/audit/logs?*', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replaceAll('forged.example', 'false.example'),
      })
    })
    await goTo(page, `/audit?organizationId=${customer.id}&action=organization.updated`)
    await events().first().getByRole('button').click()
    await inDialog(page).getByText('This does not verify. Somebody should look at it now.').waitFor()
    await inDialog(page).getByText('The event is shown otherwise than it was sealed').waitFor()
    await page.unroute('**/api/audit/logs?*')
    await page.keyboard.press('Escape')
    await inDialog(page).waitFor({ state: 'detached' })
  })

  test('is opened by an address that names it', async () => {
    const customer = await changed('linked.example')
    const { body } = await stage.world
      .as(admin)
      .get(`/api/audit/logs?organizationId=${customer.id}&action=organization.updated`)
    await goTo(page, `/audit?organizationId=${customer.id}&event=${body.data.items[0].id}`)
    await inDialog(page).getByText('linked.example').waitFor()
    await page.keyboard.press('Escape')
    await inDialog(page).waitFor({ state: 'detached' })
    await expect.poll(() => inAddress('event'), PATIENT).toBeNull()
  })
})

test('by keyboard alone a stretch of time is brushed, a kind is chosen, and both are taken back', async () => {
  await goTo(page, '/audit')
  const histogram = page.getByRole('listbox', { name: 'Events by day' })
  await histogram.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => histogram.getByRole('option', { selected: true }).count(), PATIENT).toBe(2)
  await page.keyboard.press('Enter')
  await expect.poll(() => inAddress('from'), PATIENT).toMatch(/^\d{4}-/)
  await page.getByRole('listbox', { name: 'Events by hour' }).waitFor()
  const organization = facet('Category', /^Organization/)
  await organization.focus()
  await page.keyboard.press('Space')
  await expect.poll(() => organization.getAttribute('aria-pressed'), PATIENT).toBe('true')
  await expect.poll(() => inAddress('category'), PATIENT).toBe('organization')
  // What else there is of the same kind is still counted.
  await facet('Category', /^Authentication/).waitFor()
  await page.getByRole('button', { name: 'Without category' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Zoom out' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => [inAddress('from'), inAddress('category')], PATIENT).toEqual([null, null])
})

test('what happens is followed live, told politely, and can be paused', async () => {
  const customer = await changed('before.example')
  await goTo(page, `/audit?organizationId=${customer.id}`)
  await events().first().waitFor()
  await press(page, 'Follow live')
  const status = page.getByRole('status')
  await status.getByText('Live. 0 new events since.').waitFor({ state: 'attached' })
  await stage.world.as(admin).put(`/api/organizations/${customer.id}`, { domain: 'after.example' })
  await status.getByText('Live. 1 new event since.').waitFor({ state: 'attached' })
  await expect.poll(() => events().first().getAttribute('class'), PATIENT).toBe('is-fresh')
  await press(page, 'Live, pause')
  await status.getByText('Paused.').waitFor({ state: 'attached' })
  await stage.world.as(admin).put(`/api/organizations/${customer.id}`, { domain: 'later.example' })
  await press(page, 'Follow live')
  await status.getByText('Live. 2 new events since.').waitFor({ state: 'attached' })
  await press(page, 'Live, pause')
})

describe('an export', () => {
  const exportAs = async (format: RegExp): Promise<void> => {
    await press(page, 'Export')
    await page.getByRole('menuitem', { name: format }).click()
  }

  test('is saved once it has come whole, and says how much it is', async () => {
    const customer = await changed('exported.example')
    await goTo(page, `/audit?organizationId=${customer.id}&action=organization.updated`)
    await page.locator('.events-head').getByText('1 event', { exact: true }).waitFor()
    const download = page.waitForEvent('download')
    await exportAs(/^CSV/)
    expect((await download).suggestedFilename()).toMatch(/^castellan-audit-.*\.csv$/)
    await toast(page, '1 event exported.')
  })

  test('that breaks off is not saved, and says so until somebody has seen it', async () => {
    await page.route('**/api/audit/export?*', (route) =>
      route.fulfill({ contentType: 'text/csv', body: 'sequence,id\n1,a\n2,b\n' }),
    )
    await exportAs(/^CSV/)
    const alert = inDialog(page).getByRole('alert')
    await alert.getByText('The file does not say at its end that it is whole.').waitFor()
    await page.unroute('**/api/audit/export?*')
    const download = page.waitForEvent('download')
    await press(page, 'Try again')
    await download
    await alert.waitFor({ state: 'detached' })
  })
})

test('the badge says that the trail is sealed; its signature is looked at in the browser', async () => {
  await stage.world.runJob('seal-trail')
  await goTo(page, '/audit?last=24h')
  await page.reload()
  await page.getByRole('button', { name: /checkpoint/ }).click()
  await expect.poll(() => inDialog(page).getByText('Holds', { exact: true }).count(), PATIENT).toBe(2)
  await page.keyboard.press('Escape')
  await inDialog(page).waitFor({ state: 'detached' })
})

test('a report is read by control, its exceptions lead to their events, and it is saved as a document', async () => {
  const { world } = stage
  const customer = await world.customer({ name: 'Łukasz & Πέτρος Ltd' })
  await world.admin.query(`update organizations set domain = 'around.example' where id = $1`, [customer.id])
  await goTo(page, `/compliance?organizationId=${customer.id}`)
  await page.getByRole('img', { name: /^14 controls/ }).waitFor()
  await page.getByText('ISO 27001', { exact: true }).click()
  await page.getByRole('img', { name: /^12 controls/ }).waitFor()
  await page.getByRole('button', { name: /With exceptions/ }).click()
  await page.locator('summary').filter({ hasText: 'A.8.15' }).click()
  const evidence = page.getByRole('region', { name: 'Changes of accounts, organizations and access' })
  await expect.poll(() => graveFindings(page), PATIENT).toEqual([])
  const download = page.waitForEvent('download')
  await press(page, 'PDF')
  expect((await download).suggestedFilename()).toMatch(/^castellan-iso27001-.*\.pdf$/)
  await evidence.getByRole('link', { name: 'The event' }).first().click()
  await heading(page, 'Audit trail')
  await inDialog(page).getByText('database.row_changed', { exact: true }).waitFor()
})

test('the overview shows figures beside their past to who reads the trail, and what to look at leads there', async () => {
  const { world } = stage
  const org_id = (await world.provider()).id
  for (let tries = 0; tries < 6; tries++) await tell(world, { org_id, action: 'auth.login_failed', outcome: 'failure' })
  await goTo(page, '/')
  const trends = page.getByRole('list', { name: 'Two weeks, and the two before' })
  await expect.poll(() => trends.getByRole('img').count(), PATIENT).toBe(6)
  await trends.getByRole('img', { name: /^Failed sign-ins by day: / }).waitFor()
  const need = page.getByRole('region', { name: 'Needs you now' }).getByRole('listitem')
  await need
    .filter({ hasText: /failed sign-ins in 24 hours/ })
    .getByRole('link')
    .click()
  await heading(page, 'Audit trail')
  await expect.poll(() => [inAddress('action'), inAddress('last')], PATIENT).toEqual(['auth.login_failed', '24h'])
  await facet('Action', /^Auth login failed/).waitFor()
})

describe('what is old', () => {
  let asker: Page
  beforeAll(async () => {
    asker = (await stage.enter(admin)).page
  })

  test('is planned to go, asked for, and approved by another super admin, who is told of it', async () => {
    const { world } = stage
    const customer = await world.customer({ name: 'Long Ago Ltd' })
    await writePast(world, customer.id, [30, 20, 14])
    await goTo(asker, '/retention')
    await asker.getByLabel('Older than').fill('365')
    await pick(asker, 'Customer – optional', customer.name)
    await press(asker, 'Plan')
    await asker.getByText('events would be removed for good').waitFor()
    await expect.poll(() => graveFindings(asker), PATIENT).toEqual([])
    await press(asker, 'Ask for approval')
    const row = asker.getByRole('table', { name: 'Removals' }).getByRole('row').filter({ hasText: customer.name })
    await row.getByText('Another super admin can approve it until').waitFor()
    await expect.poll(() => asker.getByRole('button', { name: /approve/ }).count(), PATIENT).toBe(0)

    const { page: other } = await stage.enter(await world.staff('super_admin'))
    await other.getByText('1 removal of old events to approve').waitFor()
    await other.getByRole('link', { name: 'Look at it' }).click()
    await press(other, 'Look at it and approve')
    await press(other, 'Remove 3 events for good')
    await toast(other, '3 events removed.')
    await other.getByRole('table', { name: 'Removals' }).getByText('Approved', { exact: true }).waitFor()
  })

  test('stays while a legal hold is on it, until that is released', async () => {
    const customer = await stage.world.customer({ name: 'Disputed Ltd' })
    await goTo(asker, '/retention')
    await press(asker, 'Place a hold')
    await press(asker, 'Place the hold')
    await inDialog(asker).getByText('Name the case, so that others find it.').waitFor()
    await fill(asker, { Case: '2026-117', Why: 'A court asks for it' })
    await pick(asker, 'Whose trail', customer.name)
    // A field that comes now moves the button.
    await asker.getByRole('combobox', { name: 'Only by or about – optional' }).waitFor()
    await press(asker, 'Place the hold')
    await toast(asker, '2026-117 is held.')
    const row = asker.getByRole('table', { name: 'Legal holds' }).getByRole('row').filter({ hasText: '2026-117' })
    await row.getByText(customer.name).waitFor()
    await press(asker, 'Release 2026-117')
    await fill(asker, { Why: 'The case is over' })
    await press(asker, 'Release')
    await asker.getByText('Nothing is held.').waitFor()
    await asker.getByText('Released', { exact: true }).click()
    await asker.getByText('The case is over').waitFor()
  })
})

test('nothing of all that broke the policy, asked another origin, or is kept', async () => {
  expect(visitor.faults).toEqual([])
  expect(await keptBy(page)).toEqual(NOTHING)
})
