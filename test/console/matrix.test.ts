import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { equip } from '../support/credentials.ts'
import type { Customer, Person } from '../support/factories.ts'
import { fill, goTo, inDialog, INSTALL_MS, openStage, PATIENT, press, signInAs, toast } from './visitors.ts'
import type { Stage } from './visitors.ts'

const DAY = 86_400_000
const days = (count: number): Date => new Date(Date.now() + count * DAY)

let stage: Stage
let page: Page
let faults: string[]
let ada: Person
let acme: Customer
let bolt: Customer
beforeAll(async () => {
  stage = await openStage()
  const { world } = stage
  const admin = await world.staff('super_admin')
  ;[ada, acme, bolt] = [
    await world.staff('technician'),
    await world.customer({ name: 'Acme' }),
    await world.customer({ name: 'Bolt' }),
  ]
  await world.admin.query(`update users set first_name = 'Ada', last_name = 'Lind', created_at = $2 where id = $1`, [
    ada.id,
    days(-60),
  ])
  await world.admin.query('update organizations set created_at = $1', [days(-60)])
  ;({ page, faults } = await stage.visit('/'))
  await signInAs(page, world, await equip(world, admin))
}, INSTALL_MS)
afterAll(() => stage.close())

const grid = () => page.getByRole('grid', { name: /^Technicians by customers/ })
const cell = () => grid().getByRole('gridcell')
const text = () => cell().innerText()

test('the slider takes the matrix back to a day, where nothing can be changed, and its end is now', async () => {
  const { world } = stage
  const id = await world.grant(ada, acme, { accessLevel: 'full_access' })
  await world.admin.query(
    'update technician_customer_access_history set valid_from = $2, starts_at = $2 where access_id = $1',
    [id, days(-20)],
  )
  await goTo(page, '/matrix?search=Ada')
  await expect.poll(text, PATIENT).toBe('Ada Lind, Acme: full access')
  const slider = page.getByRole('slider', { name: 'Day' })
  await slider.focus()
  for (let day = 0; day < 10; day++) await page.keyboard.press('ArrowLeft')
  await page.getByText('As it was on').waitFor()
  await expect.poll(text, PATIENT).toBe('Ada Lind, Acme: full access')
  await page.keyboard.press('Home')
  await expect.poll(text, PATIENT).toBe('Ada Lind, Acme: no access')
  await expect.poll(() => new URL(page.url()).searchParams.get('at'), PATIENT).toMatch(/^\d{4}-/)
  await grid().focus()
  await page.keyboard.press('Shift+Space')
  const selection = page.getByRole('region', { name: 'Selection' })
  await selection.getByText('To change anything, go back to now.').waitFor()
  expect(await selection.getByRole('button').allInnerTexts()).toEqual(['Clear'])
  await press(page, 'Back to now')
  await expect.poll(text, PATIENT).toBe('Ada Lind, Acme: full access')
  expect(new URL(page.url()).searchParams.get('at')).toBeNull()
})

test('rows are grouped and narrowed, cells grow from an overview of all, and what is chosen stands in the address', async () => {
  await goTo(page, '/matrix')
  await press(page, 'Rows')
  await page.getByRole('radio', { name: 'By role' }).check()
  await page.getByRole('radio', { name: 'Technician', exact: true }).check()
  await page.getByText('1 technician × 2 customers').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.url(), PATIENT).toContain('rowGroup=kind')
  const smaller = page.getByRole('button', { name: 'Smaller cells' })
  while (await smaller.isEnabled()) await smaller.click()
  const overview = page.getByRole('img', { name: /^All of it: 1 technician by 2 customers/ })
  await overview.click({ position: { x: 10, y: 10 } })
  await expect.poll(() => page.url(), PATIENT).toContain('size=dots')
  await expect.poll(text, PATIENT).toContain('Ada Lind, Acme')
})

test('what is shown leaves as a picture of all of it and as a table', async () => {
  await goTo(page, '/matrix?search=Ada')
  await cell().waitFor({ state: 'attached' })
  const taken = async (what: string): Promise<[string, Buffer]> => {
    await press(page, 'Export')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: what }).click(),
    ])
    return [file.suggestedFilename(), await readFile(await file.path())]
  }
  const [pictureName, picture] = await taken('Picture (PNG)')
  expect(pictureName).toMatch(/^access-matrix-\d{4}-\d\d-\d\d\.png$/)
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  expect(picture.readUInt32BE(16)).toBe(640)
  const [tableName, table] = await taken('Table (CSV)')
  expect(tableName).toMatch(/\.csv$/)
  expect(table.toString().split('\r\n')[1]).toContain('"Ada Lind",')
})

test('a selection is extended to a day and never shortened by it, and given where it has nothing', async () => {
  const { world } = stage
  await world.admin.query(
    `update technician_customer_access set status = 'revoked', revoked_at = now(), updated_at = now() + interval '1 second'`,
  )
  await world.admin.query(`update organizations set created_at = $1`, [days(-60)])
  const [soon, late] = [days(5), days(90)]
  const [short, long] = [
    await world.grant(ada, acme, { expiresAt: soon }),
    await world.grant(ada, bolt, { expiresAt: late }),
  ]
  const crux = await world.customer({ name: 'Crux' })
  await goTo(page, '/matrix?search=Ada')
  await page.reload()
  await grid().focus()
  await page.keyboard.press('Shift+Space')
  await page.getByRole('region', { name: 'Selection' }).getByText('2 grants').waitFor()
  await press(page, 'Extend…')
  await inDialog(page).getByRole('listitem').filter({ hasText: 'Bolt' }).getByText('stays').waitFor()
  await press(page, 'Extend 1 grant')
  await toast(page, '1 grant extended.')
  const ends = async (id: string): Promise<number> =>
    (
      await world.admin.query('select expires_at from technician_customer_access where id = $1', [id])
    ).rows[0].expires_at.getTime()
  expect(await ends(short)).toBeGreaterThan(days(28).getTime())
  expect(await ends(long)).toBe(late.getTime())
  await press(page, 'Grant…')
  expect(
    await inDialog(page).getByRole('list', { name: 'What will be granted' }).getByRole('listitem').allInnerTexts(),
  ).toHaveLength(1)
  await fill(page, { Reason: 'New customer' })
  await press(page, 'Make 1 grant')
  await toast(page, '1 grant made.')
  const { rows } = await world.admin.query(
    'select access_level, reason from technician_customer_access where customer_org_id = $1',
    [crux.id],
  )
  expect(rows).toEqual([{ access_level: 'read_only', reason: 'New customer' }])
  expect(faults).toEqual([])
})
