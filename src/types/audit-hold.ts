import { z } from 'zod'
import { listQuery } from './page.ts'
import { instant, text, uuid } from './text.ts'

const HoldStatus = z.enum(['active', 'released'])

export const AuditHold = z
  .object({
    id: z.guid(),
    organizationId: z.guid(),
    subjectUserId: z
      .guid()
      .nullable()
      .meta({ description: 'Whose events in the trail of the organization are held; null: all of them.' }),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    caseReference: z.string(),
    reason: z.string(),
    status: HoldStatus,
    placedBy: z.guid(),
    placedAt: z.iso.datetime(),
    releasedBy: z.guid().nullable(),
    releasedAt: z.iso.datetime().nullable(),
    releaseReason: z.string().nullable(),
  })
  .meta({ id: 'AuditHold' })
export type AuditHold = z.infer<typeof AuditHold>

const paged = listQuery(['placedAt'])
export const HoldQuery = z.strictObject({
  ...paged,
  search: paged.search.meta({ description: 'In the case reference and the reason.' }),
  status: HoldStatus.optional(),
  organizationId: uuid.optional(),
})
export type HoldQuery = z.infer<typeof HoldQuery>

const reason = text({ max: 1000 })

export const PlaceHold = z
  .strictObject({
    organizationId: uuid,
    subjectUserId: uuid
      .optional()
      .meta({ description: 'Only events by this person or about them; all of the organization when absent.' }),
    from: instant.optional().meta({ description: 'The first instant that is held; from the beginning when absent.' }),
    to: instant.optional().meta({ description: 'The instant before which the hold ends; never when absent.' }),
    caseReference: text({ max: 200 }),
    reason,
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'Must be later than `from`',
  })
  .meta({ id: 'PlaceHold' })
export type PlaceHold = z.infer<typeof PlaceHold>

export const ReleaseHold = z.strictObject({ reason }).meta({ id: 'ReleaseHold' })
export type ReleaseHold = z.infer<typeof ReleaseHold>
