import { z } from 'zod'
import { Grantee } from './grant.ts'
import { count } from './page.ts'
import { text, uuid } from './text.ts'
import { AccessLevel, GrantStatus, OrganizationStatus } from './vocabulary.ts'

/** A parameter that may be given several times, with or without `[]` after its name. */
const several = <T extends z.ZodType>(item: T) =>
  z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(item)).optional()

const pageNumber = count({ min: 1, max: 1_000_000, or: 1 })
const pageSize = count({ min: 1, max: 100, or: 25 })

export const AccessMatrixQuery = z.strictObject({
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
})
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
