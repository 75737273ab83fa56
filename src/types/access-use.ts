import { z } from 'zod'
import { boundedJson } from './bounded-json.ts'
import { Grant } from './grant.ts'
import { ipAddress } from './network.ts'
import { instant, slug, text, uuid } from './text.ts'
import { AccessLevel } from './vocabulary.ts'

const WEEK_SECONDS = 7 * 86_400

export const RecordAccess = z
  .strictObject({
    service: slug,
    action: text({ max: 200 }),
    accessLevel: AccessLevel.default('read_only').meta({
      description: '`emergency` asks for what `full_access` does.',
    }),
    ticket: text({ max: 100 }).optional(),
    durationSeconds: z.int().min(0).max(WEEK_SECONDS).optional(),
    details: boundedJson({ maxDepth: 5, maxBytes: 8192 }).optional(),
  })
  .meta({ id: 'RecordAccess' })
export type RecordAccess = z.infer<typeof RecordAccess>

export const Usage = z
  .object({
    usageId: z.guid().meta({ description: 'Also the id of its event in the trail.' }),
    recordedAt: z.iso.datetime(),
    grant: Grant,
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof Usage>

export const CheckAccess = z
  .strictObject({
    technicianId: uuid,
    customerOrgId: uuid,
    service: slug.optional().meta({ description: 'Without it the list of services is not asked.' }),
    accessLevel: AccessLevel.default('read_only').meta({
      description: '`emergency` asks for what `full_access` does.',
    }),
    ipAddress: ipAddress.optional().meta({ description: 'Without it no restriction to addresses can be met.' }),
    at: instant.optional().meta({ description: "Today's grants at that instant; now when absent." }),
  })
  .meta({ id: 'CheckAccess' })
export type CheckAccess = z.infer<typeof CheckAccess>

export const AccessCheck = z
  .object({
    allowed: z.boolean(),
    reasons: z.array(z.string()).meta({ description: 'Why not; empty when allowed.' }),
    grantIds: z.array(z.guid()).meta({ description: 'Every grant that allows it by itself.' }),
    evaluatedAt: z.iso.datetime(),
  })
  .meta({ id: 'AccessCheck' })
export type AccessCheck = z.infer<typeof AccessCheck>
