import { describe, expect, test } from 'vitest'
import { roles } from '../types/vocabulary.ts'
import type { Role } from '../types/vocabulary.ts'
import { needsFreshProof, operations, reachOf } from './operations.ts'
import type { Operation } from './operations.ts'

/** By hand, from the documentation: SA, AM, AN, TE, CA, other CM; a dash is a no. */
const table: Partial<Record<Operation, string>> = {
  'auth.mfa-change': 'self | self | self | self | self | self',
  'auth.account': 'self | self | self | self | self | self',
  'organizations.list': 'any | any | any | seen | - | -',
  'organizations.get': 'any | any | any | seen | own | own',
  'organizations.create': 'any | any | - | - | - | -',
  'organizations.update': 'any | - | - | - | own | -',
  'organizations.delete': 'any | - | - | - | - | -',
  'organizations.users': 'any | any | any | seen | own | own',
  'organizations.stats': 'any | any | any | seen | own | own',
  'users.views': 'self | self | self | self | self | self',
  'users.list': 'any | any | any | - | own | -',
  'users.invite': 'any | customers | - | - | own | -',
  'users.update': 'any | customers self | self | self | own self | self',
  'users.delete': 'any | - | - | - | own | -',
  'users.erase': 'any | - | - | - | - | -',
  'users.manage': 'any | customers | - | - | own | -',
  'users.get': 'any | any | any | self seen | own | self',
  'access.matrix': 'any | any | any | - | - | -',
  'access.own-matrix': 'any | any | any | self | - | -',
  'access.get': 'any | any | any | - | - | -',
  'access.grant': 'any | any | - | - | - | -',
  'access.update': 'any | any | - | - | - | -',
  'access.revoke': 'any | any | - | - | - | -',
  'access.hand-off': 'any | any | - | - | - | -',
  'access.bulk-revoke': 'any | - | - | - | - | -',
  'access.of-technician': 'any | any | any | self | - | -',
  'access.of-customer': 'any | any | any | - | own | own',
  'access.as-of': 'any | any | any | self | own | -',
  'access.matrix-as-of': 'any | any | any | - | - | -',
  'access.check': 'any | any | any | self | own | -',
  'access.summary': 'any | any | any | - | - | -',
  'access.reviews': 'any | any | any | - | - | -',
  'access.close-review': 'any | any | any | - | - | -',
  'access.record': 'grantee | - | grantee | grantee | - | -',
  'audit.search': 'any | - | any | - | - | -',
  'audit.stats': 'any | - | any | - | - | -',
  'audit.export': 'any | - | any | - | - | -',
  'audit.report': 'any | - | any | - | - | -',
  'audit.activity': 'any | any | any | self | own | self',
  'audit.recent': 'any | customers | any | seen | own | own',
  'notifications.own': 'self | self | self | self | self | self',
}

const columns: Readonly<Record<Role, number>> = {
  super_admin: 0,
  account_manager: 1,
  security_analyst: 2,
  technician: 3,
  admin: 4,
  report_viewer: 5,
  request_user: 5,
  basic_user: 5,
}

const isOperation = (name: string): name is Operation => name in operations
const rows = Object.entries(table).filter(([name]) => isOperation(name)) as [Operation, string][]

describe.each(rows)('%s', (operation, row) => {
  test.each(roles)('reaches for a %s as far as the documentation says', (role) => {
    const cell = row.split(' | ')[columns[role]] ?? ''
    expect(reachOf(operation, role)).toEqual(cell === '-' ? null : cell.split(' '))
  })
})

test.each<[string, Operation[]]>([
  ['public', ['operations.probe', 'operations.read', 'auth.sign-in']],
  ['account', ['auth.sign-out', 'auth.step-up', 'users.profile']],
  ['enrollment', ['auth.enroll']],
])('what is %s is no matter of roles', (rule, named) => {
  for (const operation of named) {
    expect(operations[operation]).toBe(rule)
    for (const role of roles) expect(reachOf(operation, role)).toEqual([])
  }
})

test('setting up a factor, ending access in bulk and taking the trail out need a fresh proof', () => {
  const dangerous: Operation[] = ['auth.enroll', 'auth.mfa-change', 'access.bulk-revoke', 'audit.export']
  expect([...needsFreshProof]).toEqual(expect.arrayContaining(dangerous))
  expect(needsFreshProof.has('organizations.get')).toBe(false)
})
