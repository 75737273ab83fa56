import { describe, expect, test } from 'vitest'
import type { Principal } from '../types/principal.ts'
import { mfaIsMandatory, owesMfa } from './mfa-duty.ts'

type Person = Pick<Principal, 'orgType' | 'role' | 'settings'>
const technician: Person = { orgType: 'mss_provider', role: 'technician', settings: {} }
const admin: Person = { orgType: 'customer', role: 'admin', settings: {} }
const viewer: Person = { orgType: 'customer', role: 'report_viewer', settings: {} }
const strict = (person: Person): Person => ({ ...person, settings: { requireMfa: true } })
const lax = (person: Person): Person => ({ ...person, settings: { requireMfa: false } })

describe('a second factor is mandatory', () => {
  test('for the provider’s people and customers’ admins where the privileged need one', () => {
    expect([technician, admin, viewer].map((person) => mfaIsMandatory(person, 'privileged'))).toEqual([
      true,
      true,
      false,
    ])
  })

  test('for everybody where all need one', () => {
    expect([technician, admin, viewer].map((person) => mfaIsMandatory(person, 'all'))).toEqual([true, true, true])
  })

  test('for nobody where none needs one', () => {
    expect([technician, admin, viewer].map((person) => mfaIsMandatory(person, 'none'))).toEqual([false, false, false])
  })

  test('for all of an organization that is stricter', () => {
    expect(mfaIsMandatory(strict(viewer), 'privileged')).toBe(true)
    expect(mfaIsMandatory(strict(viewer), 'none')).toBe(true)
  })

  test('as before in an organization that would be laxer', () => {
    expect(mfaIsMandatory(lax(admin), 'privileged')).toBe(true)
    expect(mfaIsMandatory(lax(viewer), 'all')).toBe(true)
    expect(mfaIsMandatory(lax(viewer), 'privileged')).toBe(false)
  })
})

test('it is owed by those who must have one and have none', () => {
  expect(owesMfa({ ...admin, mfaEnabled: false }, 'privileged')).toBe(true)
  expect(owesMfa({ ...admin, mfaEnabled: true }, 'privileged')).toBe(false)
  expect(owesMfa({ ...viewer, mfaEnabled: false }, 'privileged')).toBe(false)
})
