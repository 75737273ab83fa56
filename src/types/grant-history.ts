import { z } from 'zod'
import { CustomerGrant, Grant } from './grant.ts'
import { listQuery } from './page.ts'
import { instant, uuid } from './text.ts'

export const AsOfQuery = z
  .strictObject({
    ...listQuery(['grantedAt', 'expiresAt']),
    at: instant,
    knownAt: instant.optional().meta({ description: 'Leaves out what was recorded later.' }),
    technicianId: uuid.optional(),
    customerOrgId: uuid.optional(),
  })
  .refine(
    ({ technicianId, customerOrgId }) => (technicianId === undefined) !== (customerOrgId === undefined),
    'Must have either technicianId or customerOrgId',
  )
export type AsOfQuery = z.infer<typeof AsOfQuery>

const uses = { lastUsedAt: true, usageCount: true } as const

/** A grant as it was; what was done under it is in the trail. */
const PastGrant = Grant.omit(uses).meta({ id: 'PastGrant' })
/** The same as the customer's own members see it. */
const PastCustomerGrant = CustomerGrant.omit(uses).meta({ id: 'PastCustomerGrant' })

/** Which of the two depends on who asks. */
export const SeenPastGrant = z.union([PastGrant, PastCustomerGrant])
export type SeenPastGrant = z.infer<typeof SeenPastGrant>

export const MatrixAsOfQuery = z.strictObject({ at: instant })
export type MatrixAsOfQuery = z.infer<typeof MatrixAsOfQuery>
