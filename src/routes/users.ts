import { z } from 'zod'
import * as audit from '../services/audit.service.ts'
import * as multiTenant from '../services/multi-tenant.service.ts'
import { SessionsEnded } from '../types/auth.ts'
import { Erased, Erase } from '../types/erasure.ts'
import { pageOf } from '../types/page.ts'
import { Profile } from '../types/profile.ts'
import { SavedView, SaveView } from '../types/saved-view.ts'
import { uuid } from '../types/text.ts'
import { InvitedUser, InviteUser, UpdateUser, User, UserQuery } from '../types/user.ts'
import { endpoint } from './endpoint.ts'

const byUserId = z.strictObject({ userId: uuid })

export const users = [
  endpoint({
    method: 'GET',
    url: '/profile',
    operation: 'users.profile',
    summary: 'Who the caller is, in which organization and session, and what their role may call',
    data: Profile,
    handle: ({ context }) => multiTenant.getProfile(context),
  }),
  endpoint({
    method: 'GET',
    url: '/profile/views',
    operation: 'users.views',
    summary: 'Own saved views, by page and name',
    data: z.array(SavedView),
    handle: ({ context }) => multiTenant.listViews(context),
  }),
  endpoint({
    method: 'POST',
    url: '/profile/views',
    operation: 'users.views',
    summary: 'Save the filters of a page under a name; nobody else sees them',
    body: SaveView,
    data: SavedView,
    status: 201,
    idempotent: true,
    handle: ({ context, body }) => multiTenant.saveView(context, body),
  }),
  endpoint({
    method: 'DELETE',
    url: '/profile/views/:viewId',
    operation: 'users.views',
    summary: 'Delete one of the own saved views',
    params: z.strictObject({ viewId: uuid }),
    data: z.object({ deleted: z.literal(1) }),
    handle: ({ context, params }) => multiTenant.deleteView(context, params.viewId),
  }),
  endpoint({
    method: 'GET',
    url: '/',
    operation: 'users.list',
    summary: 'Users that the caller may see',
    query: UserQuery,
    data: pageOf(User),
    handle: ({ context, query }) => multiTenant.listUsers(context, query),
  }),
  endpoint({
    method: 'POST',
    url: '/',
    operation: 'users.invite',
    summary: 'Invite a user by mail; without a mail server the answer carries the link for the inviter to pass on',
    body: InviteUser,
    data: InvitedUser,
    status: 201,
    idempotent: true,
    handle: ({ context, body }) => multiTenant.inviteUser(context, body),
  }),
  endpoint({
    method: 'GET',
    url: '/:userId',
    operation: 'users.get',
    summary: 'One user',
    params: byUserId,
    target: { user: 'userId' },
    data: User,
    conditional: true,
    handle: ({ context, params }) => multiTenant.getUser(context, params.userId),
  }),
  endpoint({
    method: 'PUT',
    url: '/:userId',
    operation: 'users.update',
    summary: 'Change oneself (name, time zone), or somebody one manages (also address, role, status)',
    params: byUserId,
    target: { user: 'userId' },
    body: UpdateUser,
    data: User,
    handle: ({ context, params, body }) => multiTenant.updateUser(context, params.userId, body),
  }),
  endpoint({
    method: 'DELETE',
    url: '/:userId',
    operation: 'users.delete',
    summary: 'Delete a user; their sessions and access end, their trail stays',
    params: byUserId,
    target: { user: 'userId' },
    data: User,
    handle: ({ context, params }) => multiTenant.deleteUser(context, params.userId),
  }),
  endpoint({
    method: 'POST',
    url: '/:userId/erase',
    operation: 'users.erase',
    summary: 'Erase the personal data of a deleted user for good; what they did stays in the trail under their id',
    params: byUserId,
    target: { user: 'userId' },
    body: Erase,
    data: Erased,
    handle: ({ context, params, body }) => audit.eraseUser(context, params.userId, body),
  }),
  endpoint({
    method: 'POST',
    url: '/:userId/resend-invitation',
    operation: 'users.manage',
    summary: 'Invite again with a new link; the old ones are void',
    params: byUserId,
    target: { user: 'userId' },
    data: InvitedUser,
    idempotent: true,
    handle: ({ context, params }) => multiTenant.resendInvitation(context, params.userId),
  }),
  endpoint({
    method: 'POST',
    url: '/:userId/reset-mfa',
    operation: 'users.manage',
    summary: 'Take away a lost second factor, and end the sessions',
    params: byUserId,
    target: { user: 'userId' },
    data: User,
    handle: ({ context, params }) => multiTenant.resetMfa(context, params.userId),
  }),
  endpoint({
    method: 'POST',
    url: '/:userId/revoke-sessions',
    operation: 'users.manage',
    summary: "End all of a user's sessions",
    params: byUserId,
    target: { user: 'userId' },
    data: SessionsEnded,
    handle: ({ context, params }) => multiTenant.revokeSessions(context, params.userId),
  }),
]
