import { expect, test } from 'vitest'
import { operations } from './operations.ts'
import { permissionsOf } from './permissions.ts'

test('what anybody may call is nobody’s permission', () => {
  const open = Object.entries(operations).flatMap(([name, rule]) => (rule === 'public' ? [name] : []))
  expect(open.length).toBeGreaterThan(0)
  for (const name of open) expect(permissionsOf('super_admin')).not.toContain(name)
})

test('what takes an account alone is everybody’s', () => {
  expect(permissionsOf('basic_user')).toEqual(expect.arrayContaining(['auth.sign-out', 'users.profile', 'auth.enroll']))
})

test('what the role lacks is not among them, however far others reach with it', () => {
  expect(permissionsOf('technician')).toEqual(expect.arrayContaining(['organizations.list', 'access.record']))
  expect(permissionsOf('technician')).not.toContain('access.grant')
  expect(permissionsOf('account_manager')).toContain('access.grant')
  expect(permissionsOf('account_manager')).not.toContain('access.record')
})
