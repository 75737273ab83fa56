import { z } from 'zod'
import { Session } from './auth.ts'
import { Organization } from './organization.ts'
import { User } from './user.ts'

export const Profile = User.extend({
  organization: Organization,
  permissions: z.array(z.string()).meta({ description: 'The operations that the role may call.' }),
  session: Session,
}).meta({ id: 'Profile' })
export type Profile = z.infer<typeof Profile>
