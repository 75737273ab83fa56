import { v7 as uuidv7 } from 'uuid'
import {
  cleanup,
  grant,
  grantee,
  heldGrant,
  hold,
  invitedUser,
  notification,
  oneself,
  organization,
  review,
  passkey,
  session,
  spareGrantee,
  spareOrganization,
  user,
  view,
} from './objects.ts'
import type { Kind } from './objects.ts'
import type { Person } from '../../support/factories.ts'
import type { Stage } from './personas.ts'

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly body?: object
}

/** How a row is asked. */
export interface Asking {
  /** What it is about; null where it is about nothing. */
  readonly of: Kind | null
  readonly request: (id: string, given: Stage & { caller: Person }) => Request | Promise<Request>
  /** It ends the caller's session: they are given another for it. */
  readonly endsSession?: true
}

const get = (url: string): Request => ({ method: 'GET', url })
const post = (url: string, body?: object): Request => ({ method: 'POST', url, ...(body && { body }) })
const put = (url: string, body: object): Request => ({ method: 'PUT', url, body })
const remove = (url: string): Request => ({ method: 'DELETE', url })

const plain = (request: Request): Asking => ({ of: null, request: () => request })
const about = (of: Kind, request: Asking['request']): Asking => ({ of, request })

const REASON = 'asked by a test'
const now = new Date().toISOString()
const asOf = (of: string): Request => get(`/api/access-management/as-of?at=${now}&${of}`)
const check = (technicianId: string, customerOrgId: string): Request =>
  post('/api/access-management/check', { technicianId, customerOrgId })

/** What both ways to the grants have. */
const grants = (prefix: 'technician-access' | 'access-management', one: string): Record<string, Asking> => {
  const at = `/api/${prefix}`
  const handOff = (fromTechnicianId: string, toTechnicianId: string): Request =>
    post(`${at}/handoff`, { fromTechnicianId, toTechnicianId, reason: REASON })
  return {
    [`GET ${prefix}/matrix`]: plain(get(`${at}/matrix`)),
    [`POST ${prefix}/grant · on a customer`]: about(organization, async (customerOrgId, { world }) =>
      post(`${at}/grant`, { technicianId: (await world.staff('technician')).id, customerOrgId }),
    ),
    [`POST ${prefix}/grant · to a person`]: about(spareGrantee, (technicianId, { mine }) =>
      post(`${at}/grant`, { technicianId, customerOrgId: mine.id }),
    ),
    [`POST ${prefix}/grant · to oneself`]: about(oneself, async (technicianId, { world }) =>
      post(`${at}/grant`, { technicianId, customerOrgId: (await world.customer()).id }),
    ),
    [`PUT ${prefix}/${one}:accessId`]: about(grant, (id) => put(`${at}/${one}${id}`, { notes: REASON })),
    [`DELETE ${prefix}/${one}:accessId`]: about(grant, (id) => remove(`${at}/${one}${id}`)),
    [`POST ${prefix}/handoff · of a person`]: about(spareGrantee, async (id, { world }) =>
      handOff(id, (await world.staff('technician')).id),
    ),
    [`POST ${prefix}/handoff · to a person`]: about(spareGrantee, async (id, { world, mine }) => {
      const from = await world.staff('technician')
      await world.grant(from, mine)
      return handOff(from.id, id)
    }),
    [`POST ${prefix}/handoff · to oneself`]: about(oneself, (id, { technician }) => handOff(technician.id, id)),
    [`GET ${prefix}/technician/:technicianId`]: about(grantee, (id) => get(`${at}/technician/${id}`)),
    [`GET ${prefix}/technician/:technicianId · oneself`]: about(oneself, (id) => get(`${at}/technician/${id}`)),
  }
}

const bulkRevoke = (which: object): Request => post('/api/access-management/bulk-revoke', { ...which, reason: REASON })

export const requests: Readonly<Record<string, Asking>> = {
  'GET organizations': plain(get('/api/organizations')),
  'GET organizations/:id': about(organization, (id) => get(`/api/organizations/${id}`)),
  'POST organizations': { of: null, request: () => post('/api/organizations', { name: `Made ${uuidv7()}` }) },
  'PUT organizations/:id': about(organization, (id) =>
    put(`/api/organizations/${id}`, { domain: `d${uuidv7()}.example` }),
  ),
  'DELETE organizations/:id': about(spareOrganization, (id) => remove(`/api/organizations/${id}`)),
  'GET organizations/:id/users': about(organization, (id) => get(`/api/organizations/${id}/users`)),
  'GET organizations/:id/stats': about(organization, (id) => get(`/api/organizations/${id}/stats`)),

  'GET users/profile': plain(get('/api/users/profile')),
  'GET users/profile/views': plain(get('/api/users/profile/views')),
  'POST users/profile/views': {
    of: null,
    request: () => post('/api/users/profile/views', { page: 'audit', name: `View ${uuidv7()}`, query: 'last=7d' }),
  },
  'DELETE users/profile/views/:viewId': about(view, (id) => remove(`/api/users/profile/views/${id}`)),
  'GET users': plain(get('/api/users')),
  'GET users · of an organization': about(organization, (id) => get(`/api/users?organizationId=${id}`)),
  'POST users · to an organization': about(organization, (organizationId, { provider }) =>
    post('/api/users', {
      email: `${uuidv7()}@example.com`,
      firstName: 'New',
      lastName: 'Person',
      role: organizationId === provider.id ? 'technician' : 'basic_user',
      organizationId,
    }),
  ),
  'GET users/:userId': about(user, (id) => get(`/api/users/${id}`)),
  'GET users/:userId · oneself': about(oneself, (id) => get(`/api/users/${id}`)),
  'PUT users/:userId': about(user, (id) => put(`/api/users/${id}`, { lastName: `New ${uuidv7()}` })),
  'PUT users/:userId · oneself': about(oneself, (id) => put(`/api/users/${id}`, { lastName: `New ${uuidv7()}` })),
  'DELETE users/:userId': about(invitedUser, (id) => remove(`/api/users/${id}`)),
  'DELETE users/:userId · oneself': about(oneself, (id) => remove(`/api/users/${id}`)),
  'POST users/:userId/resend-invitation': about(invitedUser, (id) => post(`/api/users/${id}/resend-invitation`)),
  'POST users/:userId/reset-mfa': about(invitedUser, (id) => post(`/api/users/${id}/reset-mfa`)),
  'POST users/:userId/erase': about(invitedUser, (id) => post(`/api/users/${id}/erase`, { basis: 'objection' })),
  'POST users/:userId/revoke-sessions': about(invitedUser, (id) => post(`/api/users/${id}/revoke-sessions`)),

  ...grants('technician-access', ''),
  'POST technician-access/:accessId/record-access · to read': about(heldGrant, (id) =>
    post(`/api/technician-access/${id}/record-access`, { service: 'siem', action: 'looked' }),
  ),
  'POST technician-access/:accessId/record-access · to write': about(heldGrant, (id) =>
    post(`/api/technician-access/${id}/record-access`, {
      service: 'siem',
      action: 'changed',
      accessLevel: 'full_access',
    }),
  ),

  ...grants('access-management', 'access/'),
  'GET access-management/access/:accessId': about(grant, (id) => get(`/api/access-management/access/${id}`)),
  'GET access-management/customer/:customerId/technicians': about(organization, (id) =>
    get(`/api/access-management/customer/${id}/technicians`),
  ),
  'GET access-management/summary': plain(get('/api/access-management/summary')),
  'POST access-management/bulk-revoke · by id': about(grant, (id) => bulkRevoke({ accessIds: [id] })),
  'POST access-management/bulk-revoke · of a person': about(spareGrantee, (technicianId) =>
    bulkRevoke({ technicianId }),
  ),
  'POST access-management/bulk-revoke · on a customer': about(spareOrganization, (customerOrgId) =>
    bulkRevoke({ customerOrgId }),
  ),
  'GET access-management/as-of · on a customer': about(organization, (id) => asOf(`customerOrgId=${id}`)),
  'GET access-management/as-of · of a person': about(grantee, (id) => asOf(`technicianId=${id}`)),
  'GET access-management/as-of · of oneself': about(oneself, (id) => asOf(`technicianId=${id}`)),
  'GET access-management/as-of/matrix': plain(get(`/api/access-management/as-of/matrix?at=${now}`)),
  'GET access-management/reviews': plain(get('/api/access-management/reviews')),
  'POST access-management/reviews/:reviewId/close': about(review, (id) =>
    post(`/api/access-management/reviews/${id}/close`, { verdict: 'justified', notes: 'as it should be' }),
  ),
  'POST access-management/check · on a customer': about(organization, (id, { caller, reaching }) =>
    check(caller.role === 'technician' ? caller.id : reaching.id, id),
  ),
  'POST access-management/check · of a person': about(grantee, (id, { mine }) => check(id, mine.id)),

  'GET audit/logs': plain(get('/api/audit/logs')),
  'GET audit/stats': plain(get('/api/audit/stats')),
  'GET audit/export': plain(get('/api/audit/export?format=ndjson&to=2000-01-01T00:00:00Z')),
  'GET audit/integrity': plain(get('/api/audit/integrity')),
  'GET audit/integrity/checkpoints': plain(get('/api/audit/integrity/checkpoints')),
  'GET audit/integrity/consistency': plain(get('/api/audit/integrity/consistency?from=1&to=2')),
  'GET audit/integrity/proof/:eventId': plain(get(`/api/audit/integrity/proof/${uuidv7()}`)),
  'GET audit/organizations/:orgId/integrity': about(organization, (id) =>
    get(`/api/audit/organizations/${id}/integrity`),
  ),
  'GET audit/organizations/:orgId/integrity/consistency': about(organization, (id) =>
    get(`/api/audit/organizations/${id}/integrity/consistency?from=1&to=2`),
  ),
  'GET audit/organizations/:orgId/integrity/proof/:eventId': about(organization, (id) =>
    get(`/api/audit/organizations/${id}/integrity/proof/${uuidv7()}`),
  ),
  'POST audit/cleanup': plain(post('/api/audit/cleanup', { olderThanDays: 400 })),
  'POST audit/cleanup · of an organization': about(organization, (organizationId) =>
    post('/api/audit/cleanup', { olderThanDays: 400, organizationId }),
  ),
  'GET audit/cleanup': plain(get('/api/audit/cleanup')),
  'POST audit/cleanup/:cleanupId/approve': about(cleanup, (id) => post(`/api/audit/cleanup/${id}/approve`)),
  'GET audit/holds': plain(get('/api/audit/holds')),
  'POST audit/holds · on an organization': about(organization, (organizationId) =>
    post('/api/audit/holds', { organizationId, caseReference: 'Case 1', reason: REASON }),
  ),
  'POST audit/holds · on a person': about(user, (subjectUserId, { mine }) =>
    post('/api/audit/holds', { organizationId: mine.id, subjectUserId, caseReference: 'Case 1', reason: REASON }),
  ),
  'POST audit/holds/:holdId/release': about(hold, (id) => post(`/api/audit/holds/${id}/release`, { reason: REASON })),
  'GET audit/compliance/report': plain(get('/api/audit/compliance/report?framework=soc2')),
  'GET audit/user/:userId/activity': about(user, (id) => get(`/api/audit/user/${id}/activity`)),
  'GET audit/user/:userId/activity · oneself': about(oneself, (id) => get(`/api/audit/user/${id}/activity`)),
  'GET audit/organizations/:orgId/recent': about(organization, (id) => get(`/api/audit/organizations/${id}/recent`)),

  'GET notifications': plain(get('/api/notifications')),
  'POST notifications/:id/read': about(notification, (id) => post(`/api/notifications/${id}/read`)),
  'POST notifications/read-all': plain(post('/api/notifications/read-all')),

  'POST auth/login': plain(post('/api/auth/login', {})),
  'POST auth/mfa/verify': plain(post('/api/auth/mfa/verify', {})),
  'POST auth/refresh': plain(post('/api/auth/refresh', {})),
  'POST auth/mfa/setup': plain(post('/api/auth/mfa/setup')),
  'POST auth/mfa/enable': plain(post('/api/auth/mfa/enable', {})),
  'POST auth/mfa/disable': plain(post('/api/auth/mfa/disable', {})),
  'POST auth/mfa/recovery-codes': plain(post('/api/auth/mfa/recovery-codes', {})),
  'POST auth/logout': { ...plain(post('/api/auth/logout')), endsSession: true },
  'GET auth/sessions': plain(get('/api/auth/sessions')),
  'DELETE auth/sessions/:sessionId': about(session, (id) => remove(`/api/auth/sessions/${id}`)),
  'DELETE auth/sessions': plain(remove('/api/auth/sessions')),
  'POST auth/step-up': plain(post('/api/auth/step-up', {})),
  'POST auth/password/change': plain(post('/api/auth/password/change', {})),
  'POST auth/password/forgot': plain(post('/api/auth/password/forgot', {})),
  'POST auth/password/reset': plain(post('/api/auth/password/reset', {})),
  'POST auth/passkeys/options': plain(post('/api/auth/passkeys/options')),
  'POST auth/passkeys': plain(post('/api/auth/passkeys', {})),
  'GET auth/passkeys': plain(get('/api/auth/passkeys')),
  'DELETE auth/passkeys/:id': about(passkey, (id) => remove(`/api/auth/passkeys/${id}`)),
  'POST auth/passkeys/sign-in/options': plain(post('/api/auth/passkeys/sign-in/options')),
  'POST auth/passkeys/sign-in': plain(post('/api/auth/passkeys/sign-in', {})),
  'GET auth/invitations/:token': plain(get(`/api/auth/invitations/${'x'.repeat(43)}`)),
  'POST auth/invitations/:token/accept': plain(post(`/api/auth/invitations/${'x'.repeat(43)}/accept`, {})),
  'GET auth/bootstrap': plain(get('/api/auth/bootstrap')),
  'POST auth/bootstrap': plain(post('/api/auth/bootstrap', {})),

  'GET /.well-known/castellan-audit-key': plain(get('/.well-known/castellan-audit-key')),
  'GET /.well-known/jwks.json': plain(get('/.well-known/jwks.json')),
  'GET /.well-known/security.txt': plain(get('/.well-known/security.txt')),
  'GET /healthz': plain(get('/healthz')),
  'GET /readyz': plain(get('/readyz')),
  'GET /openapi.json': plain(get('/openapi.json')),
}
