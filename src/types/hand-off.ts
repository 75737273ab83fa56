import { z } from 'zod'
import { reason } from './grant.ts'
import { uuid, uuids } from './text.ts'

export const HandOffAccess = z
  .strictObject({
    fromTechnicianId: uuid,
    toTechnicianId: uuid,
    customerOrgIds: uuids({ max: 1000 }).optional().meta({ description: 'Every customer when absent.' }),
    reason,
    maintainOriginalAccess: z.boolean().default(false).meta({ description: 'Both have access from now on.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Tells what would happen, and changes nothing.' }),
  })
  .meta({ id: 'HandOffAccess' })
export type HandOffAccess = z.infer<typeof HandOffAccess>

const Transferred = z.object({
  customerOrgId: z.guid(),
  fromGrantId: z.guid(),
  toGrantId: z.guid().nullable().meta({ description: 'Null when it would be a new one and this is a dry run.' }),
  outcome: z.enum(['created', 'merged']).meta({
    description:
      '`merged`: the receiver had a grant there already. The wider of the two whole grants is what they have now; nothing of one is combined with anything of the other.',
  }),
})

const Skipped = z.object({
  customerOrgId: z.guid(),
  reason: z.enum(['no_active_grant', 'emergency_grant', 'merge_would_widen']).meta({
    description:
      '`no_active_grant`: there is nothing live to hand over. `emergency_grant`: an emergency stays with whom it was granted to. `merge_would_widen`: the receiver has a grant there, and neither of the two contains the other, so that one made of both would give what neither gives.',
  }),
})
export type Skipped = z.infer<typeof Skipped>

export const HandOff = z
  .object({ transferred: z.array(Transferred), skipped: z.array(Skipped), dryRun: z.boolean() })
  .meta({ id: 'HandOff' })
export type HandOff = z.infer<typeof HandOff>
