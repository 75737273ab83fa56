import { z } from 'zod'
import { auditFilter } from './audit.ts'
import { instant, uuid } from './text.ts'

export const exportFormats = ['csv', 'ndjson', 'ocsf', 'parquet'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Where an export goes on: behind the last whole event of a file that broke off. */
const place = z.string().transform((value, { addIssue }): { occurredAt: string; id: string } => {
  const [occurredAt, id] = value.split(',').map((part, i) => (i === 0 ? instant : uuid).safeParse(part))
  if (occurredAt?.success && id?.success && value.split(',').length === 2) {
    return { occurredAt: occurredAt.data, id: id.data }
  }
  addIssue('Must be the occurredAt and the id of an event, joined by a comma')
  return z.NEVER
})

export const ExportQuery = z.strictObject({
  ...auditFilter,
  format: z.enum(exportFormats).default('csv'),
  after: place
    .optional()
    .meta({ description: 'To go on: `occurredAt,id` of the last whole event of a file that broke off.' }),
})
export type ExportQuery = z.output<typeof ExportQuery>
