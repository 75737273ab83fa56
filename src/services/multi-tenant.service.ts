export { createOrganization } from './multi-tenant/create-organization.ts'
export { getOrganization } from './multi-tenant/get-organization.ts'
export { listOrganizations } from './multi-tenant/list-organizations.ts'
