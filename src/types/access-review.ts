import { z } from 'zod'
import { AuditEvent } from './audit.ts'
import { Grant, notes } from './grant.ts'
import { listQuery } from './page.ts'

const Verdict = z.enum(['justified', 'misused'])
const ReviewStatus = z.enum(['open', 'closed'])

const Use = AuditEvent.pick({
  id: true,
  occurredAt: true,
  action: true,
  description: true,
  outcome: true,
  ipAddress: true,
  details: true,
})
export type Use = z.infer<typeof Use>

export const AccessReview = z
  .object({
    id: z.guid(),
    status: ReviewStatus,
    openedAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable(),
    closedBy: z.guid().nullable(),
    verdict: Verdict.nullable(),
    notes: z.string().nullable(),
    grant: Grant,
    uses: z.array(Use).meta({ description: 'What was done under the grant or refused, latest first, at most 50.' }),
    usesTotal: z.int(),
  })
  .meta({ id: 'AccessReview' })
export type AccessReview = z.infer<typeof AccessReview>

const paged = listQuery(['openedAt'])
export const ReviewQuery = z.strictObject({
  ...paged,
  search: paged.search.meta({ description: "In the technician's and the customer's name." }),
  status: ReviewStatus.default('open'),
})
export type ReviewQuery = z.infer<typeof ReviewQuery>

export const CloseReview = z.strictObject({ verdict: Verdict, notes }).meta({ id: 'CloseReview' })
export type CloseReview = z.infer<typeof CloseReview>
