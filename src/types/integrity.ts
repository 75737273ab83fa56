import { z } from 'zod'

export const faultKinds = [
  'edited',
  'deleted',
  'inserted',
  'reordered',
  'cut_tail',
  'changed_head',
  'changed_checkpoint',
  'rewritten',
] as const

/** What verification found wrong, and where. What the trail itself no longer knows is null. */
export const Fault = z
  .object({
    kind: z.enum(faultKinds),
    organizationId: z.guid().nullable(),
    sequence: z.int().nullable(),
    /** The last of several that lie side by side. */
    throughSequence: z.int().nullable(),
    eventId: z.guid().nullable(),
    checkpoint: z.int().nullable(),
    detail: z.string(),
  })
  .meta({ id: 'TrailFault' })
export type Fault = z.infer<typeof Fault>
export type FaultKind = Fault['kind']
