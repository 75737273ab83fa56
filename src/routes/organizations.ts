import { z } from 'zod'
import * as multiTenant from '../services/multi-tenant.service.ts'
import { CreatedOrganization, CreateOrganization, Organization, OrganizationQuery } from '../types/organization.ts'
import { pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
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
]
