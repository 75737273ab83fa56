import { z } from 'zod'
import { Grantee } from './grant.ts'
import { count, pageNumber } from './page.ts'
import { text, uuid } from './text.ts'
import { AccessLevel, accessLevels, GrantStatus, OrganizationStatus } from './vocabulary.ts'

/** A parameter that may be given several times, with or without `[]` after its name. */
const several = <T extends z.ZodType>(item: T) =>
  z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(item)).optional()

const pageSize = count({ min: 1, max: 100, or: 25 })

const narrowing = {
  technicianId: several(uuid),
  customerOrgId: several(uuid),
  accessLevel: AccessLevel.optional(),
  status: GrantStatus.default('active'),
  search: text({ max: 200 }).optional().meta({
    description:
      'In the names of technicians and customers; an axis that has no such name is left whole if the other has one.',
  }),
  technicianPage: pageNumber,
  technicianLimit: pageSize,
  customerPage: pageNumber,
  customerLimit: pageSize,
}
const asShipped = JSON.stringify(z.object(narrowing).parse({}))

export const AccessMatrixQuery = z
  .strictObject({
    ...narrowing,
    view: z.literal('compact').optional().meta({
      description: 'The whole of the active grants as compressed sparse rows, without pages or filters; with an ETag.',
    }),
  })
  .refine(
    ({ view, ...rest }) => view === undefined || JSON.stringify(rest) === asShipped,
    'Must not be narrowed in the compact view',
  )
export type AccessMatrixQuery = z.infer<typeof AccessMatrixQuery>

export const MatrixCustomer = z.object({ id: z.guid(), name: z.string(), status: OrganizationStatus })
export type MatrixCustomer = z.infer<typeof MatrixCustomer>

export const MatrixCell = z.object({
  id: z.guid(),
  technicianId: z.guid(),
  customerOrgId: z.guid(),
  accessLevel: AccessLevel,
  status: GrantStatus,
  startsAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  restricted: z.boolean().meta({ description: 'To services, addresses or hours.' }),
})
export type MatrixCell = z.infer<typeof MatrixCell>

/** The axes of the asked window, and of its cells only those that exist. */
export const AccessMatrix = z
  .object({
    technicians: z.array(Grantee),
    customers: z.array(MatrixCustomer),
    grants: z.array(MatrixCell),
    totals: z
      .object({ technicians: z.int(), customers: z.int(), grants: z.int() })
      .meta({ description: 'The length of each axis over all its pages; the grants in this window.' }),
  })
  .meta({ id: 'AccessMatrix' })
export type AccessMatrix = z.infer<typeof AccessMatrix>

export const matrixFlags = { soonExpired: 1, restricted: 2, emergency: 4, longUnused: 8 } as const

/** Grants in the order of their rows and, in a row, of their columns; a pair with an emergency beside a standing grant has two. */
export const CompactMatrix = z
  .object({
    technicians: z.array(Grantee),
    customers: z.array(MatrixCustomer),
    rowOffsets: z.array(z.int()).meta({
      description: 'Where the grants of each technician begin, and at last how many grants there are.',
    }),
    customerIndex: z.array(z.int()).meta({ description: 'Of each grant: the position of its customer.' }),
    level: z.array(z.int()).meta({ description: `Of each grant: the position in ${accessLevels.join(', ')}.` }),
    flags: z.array(z.int()).meta({
      description: `Of each grant, added up: ${matrixFlags.soonExpired} expires within 7 days, ${matrixFlags.restricted} restricted to services, addresses or hours, ${matrixFlags.emergency} emergency, ${matrixFlags.longUnused} not used for 90 days at the start of the day (UTC).`,
    }),
    version: z.string().meta({ description: 'Of all this; also its ETag.' }),
  })
  .meta({ id: 'CompactMatrix' })
export type CompactMatrix = z.infer<typeof CompactMatrix>

/** A compact matrix as the JSON that it is sent as. */
export interface EncodedMatrix {
  readonly version: string
  readonly json: Buffer
}
