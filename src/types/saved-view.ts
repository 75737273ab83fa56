import { z } from 'zod'
import { queryString, text } from './text.ts'

/** The pages of the console whose filters stand in their address. */
export const viewPages = ['audit', 'matrix', 'grants', 'customers', 'team', 'compliance', 'our-users'] as const
const ViewPage = z.enum(viewPages)

export const SavedView = z
  .object({
    id: z.guid(),
    page: ViewPage,
    name: z.string(),
    query: z.string().meta({ description: 'The filters, as they stand in the address of the page.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedView' })
export type SavedView = z.infer<typeof SavedView>

export const SaveView = z
  .strictObject({ page: ViewPage, name: text({ max: 80 }), query: queryString({ max: 2000 }) })
  .meta({ id: 'SaveView' })
export type SaveView = z.infer<typeof SaveView>
