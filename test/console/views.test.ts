import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../support/factories.ts'
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
  press,
  toast,
} from './visitors.ts'
import type { Stage, Visitor } from './visitors.ts'

let stage: Stage
let analyst: Person
let visitor: Visitor
let page: Page
beforeAll(async () => {
  stage = await openStage()
  analyst = await stage.world.staff('security_analyst')
  visitor = await stage.enter(analyst)
  page = visitor.page
}, INSTALL_MS)
afterAll(() => stage.close())

const menu = () => page.getByRole('menu')
const address = (): string => new URL(page.url()).pathname + new URL(page.url()).search
const saved = async (): Promise<string[]> =>
  (await stage.world.as(analyst).get('/api/users/profile/views')).body.data.map(
    ({ page: of, name, query }: Record<string, string>) => `${of}: ${name}: ${query}`,
  )
const openViews = async (): Promise<void> => {
  await press(page, 'Views')
  await menu().waitFor()
}
const take = (name: string) => menu().getByRole('menuitem', { name, exact: true }).click()

test('by keyboard alone the filters of the trail are saved under a name, and opened again', async () => {
  await goTo(page, '/audit?last=7d&riskLevel=high,critical&search=caf%C3%A9+%26+co')
  await heading(page, 'Audit trail')
  await page.getByRole('button', { name: 'Views', exact: true }).focus()
  await page.keyboard.press('Enter')
  const item = menu().getByRole('menuitem', { name: 'Save this view…' })
  await item.focus()
  await page.keyboard.press('Enter')
  const name = inDialog(page).getByRole('textbox', { name: 'Name' })
  await expect.poll(() => name.evaluate((field) => field.matches(':focus')), PATIENT).toBe(true)
  await page.keyboard.press('Enter')
  await inDialog(page).getByText('Give it a name that you will know again.').waitFor()
  await page.keyboard.type('Grave, at the café')
  await page.keyboard.press('Enter')
  await toast(page, 'Saved. “Grave, at the café” is under Views from now on.')
  await inDialog(page).waitFor({ state: 'detached' })
  await expect.poll(saved, PATIENT).toHaveLength(1)

  await goTo(page, '/audit')
  await openViews()
  await expect.poll(() => graveFindings(page), PATIENT).toEqual([])
  await take('Grave, at the café')
  await page.getByRole('list', { name: 'Filters' }).getByText('“café & co”').waitFor()
  await expect.poll(() => new URL(page.url()).searchParams.get('last'), PATIENT).toBe('7d')
  await openViews()
  const current = menu().getByRole('menuitem', { name: 'Grave, at the café', exact: true })
  await expect.poll(() => current.getAttribute('aria-current'), PATIENT).toBe('true')
  await page.keyboard.press('Escape')
  await menu().waitFor({ state: 'detached' })
  await page.goBack()
  await expect.poll(address, PATIENT).toBe('/audit')
})

test('a name that is taken is told beside its field, and what was typed stays', async () => {
  await openViews()
  await take('Save this view…')
  await fill(page, { Name: 'grave, at the CAFÉ' })
  await press(page, 'Save')
  const name = inDialog(page).getByRole('textbox', { name: 'Name' })
  await expect.poll(() => name.getAttribute('aria-invalid'), PATIENT).toBe('true')
  await inDialog(page).getByText('You have a view of this name here. Choose another.').waitFor()
  await expect.poll(() => name.inputValue(), PATIENT).toBe('grave, at the CAFÉ')
  await expect.poll(() => name.evaluate((field) => field.matches(':focus')), PATIENT).toBe(true)
  await expect.poll(() => graveFindings(page), PATIENT).toEqual([])
  await fill(page, { Name: 'All' })
  await press(page, 'Save')
  await inDialog(page).waitFor({ state: 'detached' })
})

test('the list of each page has its own, and the palette those of all', async () => {
  const customer = await stage.world.customer({ name: 'Café Ltd' })
  await goTo(page, `/grants?customerId=${customer.id}&status=active&page=2`)
  await heading(page, 'Grants')
  await openViews()
  await expect
    .poll(() => menu().getByRole('menuitem').allInnerTexts(), PATIENT)
    .toEqual(['Save this view…', 'Copy a link to it'])
  await take('Save this view…')
  await fill(page, { Name: 'Who works at Café' })
  await press(page, 'Save')
  await inDialog(page).waitFor({ state: 'detached' })
  await goTo(page, '/')
  await heading(page, 'Overview')
  await page.keyboard.press('Control+k')
  await page
    .getByRole('searchbox', { name: 'Find' })
    .or(page.getByRole('textbox', { name: 'Find' }))
    .fill('works at')
  await page.getByRole('button', { name: /Who works at Café/ }).click()
  await heading(page, 'Grants')
  await expect.poll(address, PATIENT).toBe(`/grants?customerId=${customer.id}&status=active`)
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Customer' }).first().inputValue(), PATIENT)
    .toBe('Café Ltd')
  await goTo(page, '/matrix')
  await openViews()
  await take('Emergencies')
  await expect.poll(() => new URL(page.url()).searchParams.get('level'), PATIENT).toBe('emergency')
})

test('one is deleted, and whoever uses a keyboard stays in the list', async () => {
  await goTo(page, '/audit')
  await heading(page, 'Audit trail')
  await openViews()
  await take('Delete saved views…')
  const dialog = inDialog(page)
  await press(page, 'Delete All')
  await toast(page, '“All” is deleted.')
  await expect.poll(() => dialog.getByRole('listitem').count(), PATIENT).toBe(1)
  const within = () => dialog.evaluate((frame) => frame.matches(':focus-within'))
  await expect.poll(within, PATIENT).toBe(true)
  await expect.poll(() => graveFindings(page), PATIENT).toEqual([])
  await press(page, 'Delete Grave, at the café')
  await dialog.getByText('Nothing is saved here any more').waitFor()
  await press(page, 'Done')
  await dialog.waitFor({ state: 'detached' })
  expect((await saved()).map((one) => one.split(':')[0])).toEqual(['grants'])
})

test('nothing of all that broke the policy, asked another origin, or is kept in the browser', async () => {
  expect(visitor.faults).toEqual([])
  expect(await keptBy(page)).toEqual(NOTHING)
})
