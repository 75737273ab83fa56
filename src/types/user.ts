import { z } from 'zod'
import { listQuery } from './page.ts'
import { email, text, timeZone, uuid } from './text.ts'
import { Role, UserStatus } from './vocabulary.ts'

export const User = z
  .object({
    id: z.guid(),
    organizationId: z.guid(),
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    role: Role,
    status: UserStatus,
    mfaEnabled: z.boolean(),
    timezone: z.string(),
    lastLoginAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

/** What members who are not admins see of each other. */
export const ShortUser = User.pick({ id: true, firstName: true, lastName: true, role: true, status: true }).meta({
  id: 'ShortUser',
})
export type ShortUser = z.infer<typeof ShortUser>

export const UserQuery = z.strictObject({
  ...listQuery(['name', 'email', 'createdAt', 'lastLoginAt']),
  organizationId: uuid.optional(),
  role: Role.optional(),
  status: UserStatus.optional().meta({ description: 'Without it, everyone but the deleted. Only staff find those.' }),
})
export type UserQuery = z.infer<typeof UserQuery>

/** Of one organization, which the path names. */
export const MemberQuery = UserQuery.omit({ organizationId: true })
export type MemberQuery = z.infer<typeof MemberQuery>

export const UpdateUser = z
  .strictObject({
    firstName: text({ max: 100 }),
    lastName: text({ max: 100 }),
    timezone: timeZone,
    email,
    role: Role,
    status: z.enum(['active', 'suspended']),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Must change something')
  .meta({ id: 'UpdateUser' })
export type UpdateUser = z.infer<typeof UpdateUser>

export const InviteUser = z
  .strictObject({
    email,
    firstName: text({ max: 100 }),
    lastName: text({ max: 100 }),
    role: Role,
    organizationId: uuid.optional().meta({
      description: "The inviter's own organization when absent; an account manager names the customer.",
    }),
  })
  .meta({ id: 'InviteUser' })
export type InviteUser = z.infer<typeof InviteUser>

/** Shown once, to the inviter, where no mail takes it to the invited person. */
export const invitationUrl = z.url().meta({
  description: 'For the inviter to pass on; absent where the server sends it by mail. It works once, for 24 hours.',
})

export const InvitedUser = User.extend({ invitationUrl: invitationUrl.optional() }).meta({ id: 'InvitedUser' })
export type InvitedUser = z.infer<typeof InvitedUser>
