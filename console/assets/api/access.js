import { call, query } from './client.js'

/** Whom a grant can be made to. */
export const granteeRoles = ['technician', 'security_analyst', 'super_admin']

export const readProfile = () => call('GET', '/api/users/profile')

export const listCustomers = (asked) =>
  call('GET', `/api/organizations${query({ type: 'customer', sort: 'name', ...asked })}`)
export const readOrganization = (id) => call('GET', `/api/organizations/${id}`)
export const createCustomer = (given) => call('POST', '/api/organizations', { body: given })

export const listPeople = (organizationId, asked) => call('GET', `/api/users${query({ organizationId, ...asked })}`)
export const readPerson = (id) => call('GET', `/api/users/${id}`)
export const invitePerson = (given) => call('POST', '/api/users', { body: given })

/** What a list of grants can be narrowed to; empty for all. */
export const grantStates = ['active', 'scheduled', 'expired', 'revoked', '']

export const listGrantsOfTechnician = (id, asked) =>
  call('GET', `/api/technician-access/technician/${id}${query(asked)}`)
export const listGrantsOnCustomer = (id, asked) =>
  call('GET', `/api/access-management/customer/${id}/technicians${query(asked)}`)
export const grantAccess = (given) => call('POST', '/api/technician-access/grant', { body: given })
export const revokeAccess = (id, reason) =>
  call('DELETE', `/api/technician-access/${id}`, { body: reason ? { reason } : {} })
export const checkAccess = (given) => call('POST', '/api/access-management/check', { body: given })
