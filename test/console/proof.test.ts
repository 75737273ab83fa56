import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open } from '../../src/credentials/secret-box.ts'
import { codeOf, equip, PASSWORD, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import { fill, goTo, heading, inDialog, INSTALL_MS, openStage, pick, press, signInAs } from './visitors.ts'
import type { Stage } from './visitors.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ host: 'localhost' })
  await stage.world.provider()
}, INSTALL_MS)
afterAll(async () => {
  expect(await untold(stage.world)).toEqual([])
  await stage.close()
})

const superAdmin = async (): Promise<Holder> => equip(stage.world, await stage.world.staff('super_admin'))
const signedIn = (page: Page): Promise<void> => page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()

/** A device with a lock that its user opens at once. */
async function giveAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

test('a passkey made in a browser signs in, stands for the second factor, and proves again who it is', async () => {
  const { world } = stage
  const person = await superAdmin()
  const { page, faults } = await stage.visit()
  await giveAuthenticator(page)
  await signInAs(page, world, person)
  await page.getByRole('link', { name: 'Account' }).click()
  await press(page, 'Add a passkey')
  await press(page, 'Continue')
  await page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem').waitFor()
  await press(page, 'Sign out')

  await press(page, 'Use a passkey')
  await signedIn(page)
  await press(page, 'Sign out')

  await fill(page, { 'E-mail': person.email, Password: PASSWORD })
  await press(page, 'Sign in')
  await heading(page, 'Is it you?')
  await press(page, 'Use a passkey')
  await signedIn(page)

  world.travel(6 * 60_000)
  await page.getByRole('link', { name: 'Account' }).click()
  await press(page, 'Remove the passkey Passkey')
  await inDialog(page).getByText('Is it still you?').waitFor()
  await press(page, 'Use a passkey instead')
  await page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem').waitFor({ state: 'detached' })
  expect(faults).toEqual([])
  const { rows } = await world.admin.query(
    `select details ->> 'by' as by from audit_logs where user_id = $1 and action in ('auth.login_succeeded', 'auth.stepped_up')
      order by occurred_at, id`,
    [person.id],
  )
  expect(rows.map(({ by }) => by)).toEqual(['totp', 'passkey', 'passkey', 'passkey'])
})

test('an emergency grant asks an older session for a code, and goes through with it', async () => {
  const { world } = stage
  const [person, customer] = [await superAdmin(), await world.customer()]
  await world.staff('technician')
  const { page, faults } = await stage.visit()
  await signInAs(page, world, person)
  world.travel(6 * 60_000)
  await goTo(page, `/customers/${customer.id}`)
  await press(page, 'Grant access')
  await pick(page, 'Who', 'Last')
  await page.getByRole('radio', { name: 'Emergency' }).check()
  await fill(page, { Reason: 'the firewall is down' })
  await inDialog(page).getByRole('button', { name: 'Grant access' }).click()
  await fill(page, { 'Six-digit code': '000000' })
  await press(page, 'Continue')
  await page.getByRole('alert').getByText('This code is not right').waitFor()
  await fill(page, { 'Six-digit code': codeOf(world, person.secret) })
  await press(page, 'Continue')
  await page.getByRole('table', { name: 'Who can reach this customer' }).getByText('Emergency').waitFor()
  expect(faults).toEqual([])
})

test('a forgotten password is set anew through the link, whose secret leaves the address', async () => {
  const { world } = stage
  const person = await equip(world, await world.member(await world.customer(), 'basic_user', { mfaEnabled: false }))
  const { page, faults } = await stage.visit()
  await press(page, 'Forgot your password?')
  await fill(page, { 'E-mail': person.email })
  await press(page, 'Send the link')
  await page.getByText('a link is on its way to it').waitFor()
  await world.runJob('answer-password-requests')
  await page.goto(`${stage.origin}/password-reset/${await mailedToken(person.id)}`)
  await heading(page, 'Set a new password')
  await fill(page, { 'New password': 'too short' })
  await press(page, 'Set the password')
  await page.getByText('Must have at least 15 characters').waitFor()
  await fill(page, { 'New password': 'a quite different passphrase' })
  await press(page, 'Set the password')
  await page.getByText('Your password is set').waitFor()
  expect(page.url()).toBe(`${stage.origin}/`)
  await fill(page, { 'E-mail': person.email, Password: 'a quite different passphrase' })
  await press(page, 'Sign in')
  await signedIn(page)
  expect(faults).toEqual([])
})

/** Without a mail server nothing leaves: the letter waits in the outbox, sealed. */
async function mailedToken(userId: string): Promise<string> {
  const { admin, house } = stage.world
  const { rows } = await admin.query(
    `select m.letter_id, m.text_sealed from mail_outbox m join users u on u.email = m.to_address
      where u.id = $1 and m.subject = 'Set a new password'`,
    [userId],
  )
  const text = open(house.credentials.sealing, rows[0].text_sealed, `mail_outbox:${rows[0].letter_id}`).toString()
  return /password-reset\/(rst_[\w-]{43})/.exec(text)?.[1] ?? ''
}
