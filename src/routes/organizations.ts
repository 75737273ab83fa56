import { z } from 'zod'
import * as multiTenant from '../services/multi-tenant.service.ts'
import {
  CreatedOrganization,
  CreateOrganization,
  Organization,
  OrganizationQuery,
  OrganizationStats,
  UpdateOrganization,
} from '../types/organization.ts'
import { pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
import { MemberQuery, ShortUser, User } from '../types/user.ts'
import { endpoint } from './endpoint.ts'

const byId = z.strictObject({ id: uuid })

export const organizations = [
  endpoint({
    method: 'GET',
    url: '/',
    operation: 'organizations.list',
    summary: 'Organizations that the caller may see',
    query: OrganizationQuery,
    data: pageOf(Organization),
    handle: ({ context, query }) => multiTenant.listOrganizations(context, query),
  }),
  endpoint({
    method: 'GET',
    url: '/:id',
    operation: 'organizations.get',
    summary: 'One organization',
    params: byId,
    target: { organization: 'id' },
    data: Organization,
    conditional: true,
    handle: ({ context, params }) => multiTenant.getOrganization(context, params.id),
  }),
  endpoint({
    method: 'POST',
    url: '/',
    operation: 'organizations.create',
    summary: 'Create a customer, and invite its first admin where their address is given',
    body: CreateOrganization,
    data: CreatedOrganization,
    status: 201,
    idempotent: true,
    handle: ({ context, body }) => multiTenant.createOrganization(context, body),
  }),
  endpoint({
    method: 'PUT',
    url: '/:id',
    operation: 'organizations.update',
    summary: 'Change an organization; settings are merged key by key',
    params: byId,
    target: { organization: 'id' },
    body: UpdateOrganization,
    data: Organization,
    handle: ({ context, params, body }) => multiTenant.updateOrganization(context, params.id, body),
  }),
  endpoint({
    method: 'DELETE',
    url: '/:id',
    operation: 'organizations.delete',
    summary: 'Delete a customer, with its people, sessions and grants; its trail stays',
    params: byId,
    target: { organization: 'id' },
    data: Organization,
    handle: ({ context, params }) => multiTenant.deleteOrganization(context, params.id),
  }),
  endpoint({
    method: 'GET',
    url: '/:id/users',
    operation: 'organizations.users',
    summary: 'The people of an organization; in short to its members who are not admins',
    params: byId,
    target: { organization: 'id' },
    query: MemberQuery,
    data: pageOf(z.union([User, ShortUser])),
    handle: ({ context, params, query }) => multiTenant.listMembers(context, params.id, query),
  }),
  endpoint({
    method: 'GET',
    url: '/:id/stats',
    operation: 'organizations.stats',
    summary: 'An organization in figures',
    params: byId,
    target: { organization: 'id' },
    data: OrganizationStats,
    handle: ({ context, params }) => multiTenant.organizationStats(context, params.id),
  }),
]
