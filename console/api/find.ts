import { granteeRoles, nameOf, roleNames } from '../words.ts'
import { api, ask } from './client.ts'

interface Found {
  value: string
  label: string
}

const FOUND = '20'

/** Who can be given access: active people of the provider in a role that works on customers. */
export async function findGrantees(search: string, signal: AbortSignal, providerId: string): Promise<Found[]> {
  const query = { organizationId: providerId, status: 'active', limit: '50', ...(search && { search }) } as const
  const { items } = await ask(api.GET('/api/users', { params: { query }, signal }))
  return items
    .filter(({ role }) => granteeRoles.has(role))
    .map((one) => ({ value: one.id, label: `${nameOf(one)} · ${roleNames[one.role]}` }))
}

export async function findCustomers(search: string, signal: AbortSignal): Promise<Found[]> {
  const query = { type: 'customer', status: 'active', limit: FOUND, sort: 'name', ...(search && { search }) } as const
  const { items } = await ask(api.GET('/api/organizations', { params: { query }, signal }))
  return items.map(({ id, name }) => ({ value: id, label: name }))
}

export async function findMembers(search: string, signal: AbortSignal, organizationId: string): Promise<Found[]> {
  const query = { organizationId, limit: FOUND, ...(search && { search }) }
  const { items } = await ask(api.GET('/api/users', { params: { query }, signal }))
  return items.map((one) => ({ value: one.id, label: `${nameOf(one)} · ${one.email}` }))
}
