import { expect, test } from 'vitest'
import {
  AccessLevel,
  CustomerRole,
  GrantStatus,
  OrganizationStatus,
  OrganizationType,
  Outcome,
  ProviderRole,
  RiskLevel,
  Role,
  UserStatus,
} from './vocabulary.ts'

test('the words are those of the contract, in its order', () => {
  expect(OrganizationType.options).toEqual(['customer', 'mss_provider'])
  expect(OrganizationStatus.options).toEqual(['active', 'suspended', 'deleted'])
  expect(UserStatus.options).toEqual(['invited', 'active', 'suspended', 'deleted'])
  expect(CustomerRole.options).toEqual(['admin', 'report_viewer', 'request_user', 'basic_user'])
  expect(ProviderRole.options).toEqual(['super_admin', 'technician', 'security_analyst', 'account_manager'])
  expect(AccessLevel.options).toEqual(['read_only', 'full_access', 'emergency'])
  expect(GrantStatus.options).toEqual(['scheduled', 'active', 'expired', 'revoked'])
  expect(RiskLevel.options).toEqual(['low', 'medium', 'high', 'critical'])
  expect(Outcome.options).toEqual(['success', 'failure', 'denied'])
})

test('the roles are those of customers and of the provider, none of them both', () => {
  expect(Role.options).toEqual([...CustomerRole.options, ...ProviderRole.options])
  expect(new Set(Role.options).size).toBe(8)
})
