import { z } from 'zod'
import { Role, UserStatus } from './vocabulary.ts'

export const User = z
  .object({
    id: z.uuid(),
    organizationId: z.uuid(),
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
