import { z } from 'zod'
import { listQuery } from './page.ts'
import { allowedServices, ipRestrictions, timeRestrictions, Weekday } from './restrictions.ts'
import { instant, prose, uuid } from './text.ts'
import { AccessLevel, GrantStatus, ProviderRole } from './vocabulary.ts'

const TimeRestrictions = z
  .object({
    timezone: z.string(),
    windows: z.array(z.object({ days: z.array(Weekday), start: z.string(), end: z.string() })),
  })
  .meta({ id: 'TimeRestrictions' })

export const Grantee = z
  .object({
    id: z.guid(),
    firstName: z.string(),
    lastName: z.string(),
    email: z.string(),
    role: ProviderRole,
  })
  .meta({ id: 'Grantee' })
export type Grantee = z.infer<typeof Grantee>

const forEverybody = {
  id: z.guid(),
  technicianId: z.guid(),
  customerOrgId: z.guid(),
  accessLevel: AccessLevel,
  status: GrantStatus.meta({ description: 'At this instant, whether or not it has been written down yet.' }),
  allowedServices: z.array(z.string()).nullable(),
  timeRestrictions: TimeRestrictions.nullable(),
  startsAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  grantedBy: z.guid(),
  grantedAt: z.iso.datetime(),
  reason: z.string().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  revokedBy: z.guid().nullable(),
  revokedReason: z.string().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  usageCount: z.int(),
  technician: Grantee,
  customer: z.object({ id: z.guid(), name: z.string() }),
}

/** A grant as the customer's own members see it. */
export const CustomerGrant = z.object(forEverybody).meta({ id: 'CustomerGrant' })
export type CustomerGrant = z.infer<typeof CustomerGrant>

export const Grant = z
  .object({ ...forEverybody, ipRestrictions: z.array(z.string()).nullable(), notes: z.string().nullable() })
  .meta({ id: 'Grant' })
export type Grant = z.infer<typeof Grant>

/** Which of the two depends on who asks. */
export const SeenGrant = z.union([Grant, CustomerGrant])
export type SeenGrant = z.infer<typeof SeenGrant>

const remark = ({ max }: { max: number }) =>
  prose({ max })
    .refine((words) => words !== '', 'Must not be empty; leave it out or null')
    .meta({ minLength: 1 })
export const reason = remark({ max: 1000 })
export const notes = remark({ max: 4000 })

export const GrantAccess = z
  .strictObject({
    technicianId: uuid,
    customerOrgId: uuid,
    accessLevel: AccessLevel.default('read_only'),
    startsAt: instant.nullish().meta({ description: 'Now when absent.' }),
    expiresAt: instant.nullish().meta({ description: 'Never when absent; of an emergency 4 hours after its start.' }),
    allowedServices: allowedServices.nullish(),
    ipRestrictions: ipRestrictions.nullish(),
    timeRestrictions: timeRestrictions.nullish(),
    reason: reason.nullish().meta({ description: 'An emergency needs one of at least 10 characters.' }),
    notes: notes.nullish().meta({ description: "Not shown to the customer's members." }),
  })
  .meta({ id: 'GrantAccess' })
export type GrantAccess = z.infer<typeof GrantAccess>

export const UpdateAccess = z
  .strictObject({
    accessLevel: AccessLevel.exactOptional(),
    expiresAt: instant.nullable().exactOptional(),
    allowedServices: allowedServices.nullable().exactOptional(),
    ipRestrictions: ipRestrictions.nullable().exactOptional(),
    timeRestrictions: timeRestrictions.nullable().exactOptional(),
    notes: notes.nullable().exactOptional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'Must change something')
  .meta({ id: 'UpdateAccess', description: 'Null clears; what is absent stays.' })
export type UpdateAccess = z.infer<typeof UpdateAccess>

const revocation = { reason: reason.optional() }
/** The reason comes in the body or in the query; a DELETE need not have a body. */
export const RevokeAccess = z.strictObject(revocation).nullish()
export const RevokeAccessQuery = z.strictObject(revocation)

const paged = listQuery(['grantedAt', 'expiresAt', 'lastUsedAt'])
export const GrantQuery = z.strictObject({
  ...paged,
  search: paged.search.meta({ description: "In the technician's and the customer's name." }),
  status: GrantStatus.optional(),
})
export type GrantQuery = z.infer<typeof GrantQuery>
