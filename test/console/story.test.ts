import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, untold } from '../support/credentials.ts'
import {
  enrol,
  fill,
  heading,
  inDialog,
  INSTALL_MS,
  keptBy,
  NOTHING,
  openStage,
  pick,
  press,
  toast,
  PATIENT,
} from './visitors.ts'
import type { Stage, Visitor } from './visitors.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, INSTALL_MS)
afterAll(() => stage.close())

test('from an empty installation to a technician who reaches one customer, and no longer', async () => {
  const { world } = stage
  const manager = await stage.visit()
  await setUp(manager)
  await createCustomer(manager, 'Acme Logistics')
  await createCustomer(manager, 'Brightwater Clinics')
  const link = await inviteTechnician(manager)

  const technician = await stage.visit(new URL(link).pathname)
  await accept(technician)
  await technician.page.getByText('You can reach no customer now').waitFor()

  await grant(manager, 'Acme Logistics')
  await technician.page.reload()
  const customers = technician.page.getByRole('list', { name: 'My access' }).getByRole('listitem')
  await technician.page.getByRole('link', { name: 'Acme Logistics' }).waitFor()
  await expect.poll(() => technician.page.getByText('Brightwater').count(), PATIENT).toBe(0)
  expect(await customers.first().innerText()).toContain('Full access')
  await technician.page.getByRole('link', { name: 'Customers' }).click()
  await technician.page.getByRole('link', { name: 'Acme Logistics' }).waitFor()
  await expect.poll(() => technician.page.getByText('Brightwater').count(), PATIENT).toBe(0)

  await revoke(manager)
  await technician.page.getByRole('link', { name: 'My access' }).click()
  await technician.page.getByText('You can reach no customer now').waitFor()

  for (const { page, faults } of [manager, technician]) {
    expect(faults).toEqual([])
    expect(await keptBy(page)).toEqual(NOTHING)
  }
  expect(await untold(world)).toEqual([])
})

async function setUp({ page }: Visitor): Promise<void> {
  await heading(page, 'Set up Castellan')
  await fill(page, {
    'One-time token': 'guessed',
    'Name of your company': 'Bastion Security',
    'First name': 'Sena',
    'Last name': 'Yilmaz',
    'E-mail': 'sena@bastion.example',
    Password: PASSWORD,
  })
  await press(page, 'Set up')
  await page.getByRole('alert').getByText('The one-time token is not right.').waitFor()
  await fill(page, { 'One-time token': stage.world.house.credentials.firstStart.issueToken() })
  await press(page, 'Set up')
  const { recoveryCodes } = await enrol(page, stage.world)
  expect(new Set(recoveryCodes).size).toBe(10)
  await heading(page, 'Overview')
}

async function createCustomer({ page }: Visitor, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Customers', exact: true }).click()
  await press(page, 'New customer')
  await fill(page, { Name: name })
  await press(page, 'Create customer')
  await heading(page, name)
}

/** @returns the link to pass on */
async function inviteTechnician({ page }: Visitor): Promise<string> {
  await page.getByRole('link', { name: 'Team' }).click()
  await press(page, 'Invite a person')
  await fill(page, { 'First name': 'Ada', 'Last name': 'Lindqvist', 'E-mail': 'ada@bastion.example' })
  await page.getByRole('radio', { name: /^Technician/ }).check()
  await press(page, 'Invite')
  const link = await page.getByLabel('Link to pass on').inputValue()
  await press(page, 'Done')
  await page.getByRole('table', { name: 'People of the provider' }).getByText('Ada Lindqvist').waitFor()
  return link
}

async function accept({ page }: Visitor): Promise<void> {
  await heading(page, 'Join Bastion Security')
  await page.getByText('Sena Yilmaz invites you').waitFor()
  await page.getByText('ada@bastion.example').waitFor()
  await fill(page, { Password: PASSWORD })
  await press(page, 'Accept the invitation')
  await enrol(page, stage.world)
  await heading(page, 'My access')
  expect(new URL(page.url()).pathname).toBe('/')
}

async function grant({ page }: Visitor, customer: string): Promise<void> {
  await page.getByRole('link', { name: 'Customers', exact: true }).click()
  await page.getByRole('link', { name: customer }).click()
  await press(page, 'Grant access')
  const dialog = inDialog(page)
  await pick(page, 'Who', 'Ada Lindqvist')
  await dialog.getByRole('radio', { name: /Full access/ }).check()
  await dialog.getByRole('button', { name: 'Grant access' }).click()
  await toast(page, 'Ada Lindqvist has access to Acme Logistics.')
  await page.getByRole('table', { name: 'Who can reach this customer' }).getByText('Ada Lindqvist').waitFor()
}

async function revoke({ page }: Visitor): Promise<void> {
  await press(page, 'Revoke Ada Lindqvist’s access to Acme Logistics')
  await press(page, 'Revoke')
  await page.getByText('Nobody of the provider can reach it.').waitFor()
}
