import { z } from 'zod'
import { Grantee } from './grant.ts'

const counts = <const K extends string>(...keys: readonly K[]) =>
  z.object(Object.fromEntries(keys.map((key) => [key, z.int()])) as Record<K, z.ZodInt>)

export const AccessSummary = z
  .object({
    grants: counts('active', 'scheduled', 'expired', 'revoked', 'emergency', 'expiringWithin7Days').meta({
      description: 'As they stand at this instant; `emergency` and `expiringWithin7Days` are among the active ones.',
    }),
    techniciansWithAccess: z.int().meta({ description: 'Active people with an active grant on an active customer.' }),
    customersWithAccess: z.int().meta({ description: 'Active customers that somebody active can reach.' }),
    customersWithoutAccess: z.int().meta({ description: 'Active customers that nobody can reach.' }),
    byLevel: counts('read_only', 'full_access', 'emergency').meta({ description: 'The active ones.' }),
    recentGrants24h: z.int(),
    recentRevocations24h: z.int(),
    topTechnicians: z
      .array(z.object({ technician: Grantee, activeGrants: z.int() }))
      .meta({ description: 'The ten with the most active grants.' }),
    unusedFor90Days: z
      .int()
      .meta({ description: 'Active ones last used at least 90 days ago, or never used and granted as long ago.' }),
    openEmergencyReviews: z.int(),
  })
  .meta({ id: 'AccessSummary' })
export type AccessSummary = z.infer<typeof AccessSummary>
