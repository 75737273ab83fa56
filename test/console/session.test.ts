import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { codeOf, equip, PASSWORD } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import {
  choose,
  fill,
  goTo,
  heading,
  INSTALL_MS,
  keptBy,
  NOTHING,
  openStage,
  press,
  signInAs,
  PATIENT,
} from './visitors.ts'
import type { Stage, Visitor } from './visitors.ts'

let stage: Stage
let holder: Holder
let visitor: Visitor
beforeAll(async () => {
  stage = await openStage()
}, INSTALL_MS)
afterAll(() => stage.close())
beforeEach(async () => {
  holder = await equip(stage.world, await stage.world.staff('account_manager'))
  visitor = await stage.visit()
})

const signIn = () => signInAs(visitor.page, stage.world, holder)

test('a session outlives a reload through a cookie that no script can read, and nothing else is kept', async () => {
  const { page, faults } = visitor
  await signIn()
  const cookies = await page.context().cookies()
  expect(cookies.map(({ name }) => name).sort()).toEqual(['castellan_device', 'castellan_refresh'])
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
  await page.reload()
  await heading(page, 'Overview')
  expect(await keptBy(page)).toEqual(NOTHING)
  expect(faults).toEqual([])
})

test('an access token that has expired is replaced unnoticed, once for all that wait for it', async () => {
  const { page, faults } = visitor
  await signIn()
  const customer = await stage.world.customer()
  await goTo(page, `/customers/${customer.id}`)
  await page.getByText('Nobody of the provider can reach it.').waitFor()
  let refreshes = 0
  await page.route('**/auth/refresh*', async (route) => {
    refreshes++
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await route.continue()
  })
  stage.world.travel(16 * 60_000)
  await choose(page, 'Show', 'Revoked')
  await press(page, 'Notifications')
  await page.getByText('None.').waitFor()
  await page.getByText('Nothing yet').waitFor()
  expect(refreshes).toBe(1)
  expect(faults).toEqual([])
})

test('signing out ends the session: a reload asks to sign in, and the cookie is gone', async () => {
  const { page, faults } = visitor
  await signIn()
  await press(page, 'Sign out')
  await heading(page, 'Sign in')
  await page.reload()
  await heading(page, 'Sign in')
  expect(
    (await page.context().cookies()).map(({ name }) => name),
    'the device stays known',
  ).toEqual(['castellan_device'])
  expect(faults).toEqual([])
})

test('a session that is ended elsewhere says so at the next step', async () => {
  const { page } = visitor
  await signIn()
  await stage.world.admin.query('update user_sessions set revoked_at = now() where user_id = $1', [holder.id])
  stage.world.house.standing.changed()
  await page.getByRole('link', { name: 'Team' }).click()
  await page.getByText('Your session has ended').waitFor()
  await heading(page, 'Sign in')
})

test('a wrong code may be tried again, and a recovery code takes its place', async () => {
  const { page, faults } = visitor
  stage.world.travel(30_000)
  await fill(page, { 'E-mail': holder.email, Password: PASSWORD })
  await press(page, 'Sign in')
  const right = codeOf(stage.world, holder.secret)
  await fill(page, { 'Six-digit code': right === '000000' ? '111111' : '000000' })
  await press(page, 'Continue')
  await page.getByRole('alert').getByText('This code is not right').waitFor()
  await press(page, 'Use a recovery code instead')
  await fill(page, { 'Recovery code': holder.recoveryCodes[0] ?? '' })
  await press(page, 'Continue')
  await heading(page, 'Overview')
  expect(faults).toEqual([])
})

test('a wrong password is told in the words of the server, and what was typed stays', async () => {
  const { page } = visitor
  await fill(page, { 'E-mail': holder.email, Password: 'not the password at all' })
  await press(page, 'Sign in')
  await page.getByRole('alert').getByText('The credentials are not right.').waitFor()
  await expect.poll(() => page.getByLabel('E-mail').inputValue(), PATIENT).toBe(holder.email)
  await expect
    .poll(() => page.getByLabel('Password', { exact: true }).inputValue(), PATIENT)
    .toBe('not the password at all')
})

test('the account shows who is signed in, for whom, and until when', async () => {
  const { page } = visitor
  await signIn()
  await page.getByRole('link', { name: 'Account' }).click()
  for (const words of [holder.email, 'Account manager', (await stage.world.provider()).name, '127.0.0.1']) {
    await page.getByRole('main').getByText(words, { exact: true }).first().waitFor()
  }
  await page.getByText('On: signing in takes a code').waitFor()
})

test('an invitation that is over says what to do', async () => {
  const { page, faults } = await stage.visit('/invitations/not-a-token')
  await heading(page, 'This invitation does not work')
  await page.getByRole('link', { name: 'Go to sign-in' }).click()
  await heading(page, 'Sign in')
  expect(faults).toEqual([])
})
