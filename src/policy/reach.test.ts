import { describe, expect, test } from 'vitest'
import type { Principal } from '../types/principal.ts'
import type { Tenant } from '../types/tenant.ts'
import type { Reach } from './operations.ts'
import { reaches } from './reach.ts'

const caller = { userId: 'me', orgId: 'mine' } as Principal
const me: Tenant = { orgId: 'mine', orgType: 'customer', userId: 'me' }
const colleague: Tenant = { orgId: 'mine', orgType: 'customer', userId: 'colleague' }
const stranger: Tenant = { orgId: 'theirs', orgType: 'customer', userId: 'stranger' }
const providers: Tenant = { orgId: 'provider', orgType: 'mss_provider', userId: 'technician' }
const unasked: Tenant = { orgId: 'theirs', orgType: null, userId: null }
const everyone = { me, colleague, stranger, providers, unasked }

describe.each<[Reach, (keyof typeof everyone)[]]>([
  ['any', ['me', 'colleague', 'stranger', 'providers', 'unasked']],
  ['own', ['me', 'colleague']],
  ['self', ['me']],
  ['customers', ['me', 'colleague', 'stranger']],
  ['seen', ['me', 'colleague', 'stranger', 'providers', 'unasked']],
  ['grantee', ['me', 'colleague', 'stranger', 'providers', 'unasked']],
])('%s', (reach, within) => {
  test.each(Object.entries(everyone))('%s', (name, whose) => {
    expect(reaches(caller, [reach], whose)).toBe(within.includes(name as keyof typeof everyone))
  })
})

test('one reach of several is enough, none is a no', () => {
  expect(reaches(caller, ['self', 'customers'], stranger)).toBe(true)
  expect(reaches(caller, ['customers', 'self'], stranger)).toBe(true)
  expect(reaches(caller, ['self', 'own'], stranger)).toBe(false)
  expect(reaches(caller, [], me)).toBe(false)
})
