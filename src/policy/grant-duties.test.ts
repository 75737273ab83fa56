import { expect, test } from 'vitest'
import { customerRoles, providerRoles, userStatuses } from '../types/vocabulary.ts'
import { mayBeGranted, mayDecideAbout } from './grant-duties.ts'

test('access is granted to active technicians, analysts and super admins of the provider, and to nobody else', () => {
  const people = userStatuses.flatMap((status) => [
    ...providerRoles.map((role) => ({ orgType: 'mss_provider' as const, role, status })),
    ...customerRoles.map((role) => ({ orgType: 'customer' as const, role, status })),
  ])
  expect(people.filter(mayBeGranted)).toEqual(
    (['super_admin', 'technician', 'security_analyst'] as const).map((role) => ({
      orgType: 'mss_provider',
      role,
      status: 'active',
    })),
  )
  expect(mayBeGranted({ orgType: 'customer', role: 'technician', status: 'active' })).toBe(false)
})

test('about a super admin only super admins decide', () => {
  expect(mayDecideAbout({ role: 'account_manager' }, { role: 'super_admin' })).toBe(false)
  expect(mayDecideAbout({ role: 'account_manager' }, { role: 'technician' })).toBe(true)
  expect(mayDecideAbout({ role: 'super_admin' }, { role: 'super_admin' })).toBe(true)
})
