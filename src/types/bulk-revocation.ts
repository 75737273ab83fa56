import { z } from 'zod'
import { reason } from './grant.ts'
import { uuid, uuids } from './text.ts'

export const BulkRevoke = z
  .strictObject({
    accessIds: uuids({ max: 1000 }).optional(),
    technicianId: uuid.optional().meta({ description: 'Every live grant of this person.' }),
    customerOrgId: uuid.optional().meta({ description: 'Every live grant on this customer.' }),
    reason,
    dryRun: z.boolean().default(false).meta({ description: 'Tells what would happen, and changes nothing.' }),
  })
  .refine(
    ({ accessIds, technicianId, customerOrgId }) =>
      [accessIds, technicianId, customerOrgId].filter((given) => given !== undefined).length === 1,
    'Must have exactly one of accessIds, technicianId and customerOrgId',
  )
  .meta({ id: 'BulkRevoke' })
export type BulkRevoke = z.infer<typeof BulkRevoke>

export const BulkRevocation = z
  .object({
    results: z
      .array(
        z.object({
          accessId: z.guid(),
          status: z.enum(['revoked', 'not_found', 'already_revoked']).meta({
            description: '`already_revoked` is also one that has expired.',
          }),
        }),
      )
      .meta({ description: 'In the order of the ids, or else oldest first.' }),
    summary: z.object({ requested: z.int(), revoked: z.int(), failed: z.int() }),
  })
  .meta({ id: 'BulkRevocation' })
export type BulkRevocation = z.infer<typeof BulkRevocation>
