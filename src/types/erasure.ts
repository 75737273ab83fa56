import { z } from 'zod'
import { text } from './text.ts'

/** Article 17(1)(a) to (e) of the GDPR. */
export const erasureGrounds = [
  'no_longer_needed',
  'consent_withdrawn',
  'objection',
  'unlawful_processing',
  'legal_obligation',
] as const

export const Erase = z
  .strictObject({
    basis: z.enum(erasureGrounds).meta({ description: 'Why it has to be: Article 17(1)(a) to (e) of the GDPR.' }),
    reference: text({ max: 100 })
      .optional()
      .meta({ description: 'Of the request, in your own files. It stays in the trail, and must not name the person.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Tells what would happen, and changes nothing.' }),
  })
  .meta({ id: 'Erase' })
export type Erase = z.infer<typeof Erase>

const count = z.int()

export const Erased = z
  .object({
    userId: z.guid(),
    events: z.object({
      total: count.meta({ description: 'Events that had something personal of them.' }),
      actor: count,
      description: count,
      content: count,
    }),
    organizations: count.meta({ description: 'In whose trails those are.' }),
    records: count.nullable().meta({ description: 'Rows outside the trail that had something; null in a dry run.' }),
    dryRun: z.boolean(),
  })
  .meta({ id: 'Erased' })
export type Erased = z.infer<typeof Erased>
