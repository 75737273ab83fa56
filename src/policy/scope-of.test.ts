import { expect, test } from 'vitest'
import { customerRoles } from '../types/vocabulary.ts'
import type { Principal } from '../types/principal.ts'
import { scopeOf } from './scope-of.ts'

const who = (about: Partial<Principal>) => ({ userId: 'me', orgId: 'mine', ...about }) as Principal
const theirs = { orgId: 'theirs', orgType: 'customer', userId: null } as const

test.each(customerRoles)('a %s is a member of their own organization, whoever the call is about', (role) => {
  const member = { as: 'member', orgId: 'mine', userId: 'me' }
  expect(scopeOf(who({ orgType: 'customer', role }), null)).toEqual(member)
  expect(scopeOf(who({ orgType: 'customer', role }), theirs)).toEqual(member)
})

test('a technician has the tenant of the call in hand, and none where there is none', () => {
  const technician = who({ orgType: 'mss_provider', role: 'technician' })
  expect(scopeOf(technician, theirs)).toEqual({ as: 'technician', orgId: 'theirs', userId: 'me' })
  expect(scopeOf(technician, null)).toEqual({ as: 'technician', orgId: null, userId: 'me' })
})

test.each(['super_admin', 'security_analyst', 'account_manager'] as const)('a %s is staff', (role) => {
  expect(scopeOf(who({ orgType: 'mss_provider', role }), theirs)).toEqual({ as: 'staff', userId: 'me' })
})
