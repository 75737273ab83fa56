import { describe, expect, test } from 'vitest'
import { customerRoles, providerRoles, roles } from '../types/vocabulary.ts'
import type { Role } from '../types/vocabulary.ts'
import { mayManage, roleFits } from './role-ladder.ts'

const managedBy = (manager: Role): Role[] => roles.filter((role) => mayManage(manager, role))

describe('roleFits', () => {
  test('each role belongs to exactly one type of organization', () => {
    expect(roles.filter((role) => roleFits('customer', role))).toEqual(customerRoles)
    expect(roles.filter((role) => roleFits('mss_provider', role))).toEqual(providerRoles)
  })
})

describe('mayManage', () => {
  test('a super admin manages every role', () => {
    expect(managedBy('super_admin')).toEqual(roles)
  })

  test.each(['account_manager', 'admin'] as const)(
    '%s manages the roles of customers and none of the provider',
    (manager) => {
      expect(managedBy(manager)).toEqual(customerRoles)
    },
  )

  test.each(['security_analyst', 'technician', 'report_viewer', 'request_user', 'basic_user'] as const)(
    '%s manages nobody',
    (manager) => {
      expect(managedBy(manager)).toEqual([])
    },
  )

  test('nobody manages a role that manages a role beyond their own', () => {
    for (const manager of roles) {
      for (const role of managedBy(manager)) {
        expect(managedBy(manager)).toEqual(expect.arrayContaining(managedBy(role)))
      }
    }
  })
})
