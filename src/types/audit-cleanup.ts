import { z } from 'zod'
import { count, pageNumber } from './page.ts'
import { uuid } from './text.ts'

const planHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Must be the planHash of a dry run')
  .meta({ description: 'By which the same plan is known again: what would be removed, and nothing else.' })

export const AskCleanup = z
  .strictObject({
    olderThanDays: z.int().max(36_500).meta({ description: 'Whole days of UTC; 365 at least.' }),
    organizationId: uuid.optional().meta({ description: 'One organization instead of all.' }),
    dryRun: z.boolean().default(true),
    planHash: planHash.optional().meta({ description: 'Of a dry run with the same words; only without `dryRun`.' }),
  })
  .refine(({ dryRun, planHash: given }) => dryRun || given !== undefined, {
    path: ['planHash'],
    error: 'Must be given when this is no dry run',
  })
  .meta({ id: 'AskCleanup' })
export type AskCleanup = z.infer<typeof AskCleanup>

const kept = z
  .object({
    legalHold: z.int().meta({ description: 'Events that a legal hold keeps.' }),
    retention: z.int().meta({ description: 'Events that their organization keeps for longer.' }),
  })
  .meta({ id: 'KeptByCleanup' })

export const CleanupPlan = z
  .object({ planHash, eligible: z.int(), kept, dryRun: z.literal(true) })
  .meta({ id: 'CleanupPlan' })
export type CleanupPlan = z.infer<typeof CleanupPlan>

export const AskedCleanup = z
  .object({ cleanupId: z.guid(), status: z.literal('awaiting_approval') })
  .meta({ id: 'AskedCleanup' })
export type AskedCleanup = z.infer<typeof AskedCleanup>

const CleanupStatus = z.enum(['awaiting_approval', 'approved', 'expired'])

export const Cleanup = z
  .object({
    id: z.guid(),
    organizationId: z.guid().nullable().meta({ description: 'Null: all organizations.' }),
    olderThanDays: z.int(),
    planHash,
    eligible: z.int(),
    kept,
    status: CleanupStatus,
    requestedBy: z.guid(),
    requestedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    approvedBy: z.guid().nullable(),
    approvedAt: z.iso.datetime().nullable(),
    removed: z.int().nullable(),
  })
  .meta({ id: 'Cleanup' })
export type Cleanup = z.infer<typeof Cleanup>

export const CleanupQuery = z.strictObject({
  page: pageNumber,
  limit: count({ min: 1, max: 100, or: 25 }),
  status: CleanupStatus.optional(),
})
export type CleanupQuery = z.infer<typeof CleanupQuery>

export const RemovedEvents = z.object({ removed: z.int() }).meta({ id: 'RemovedEvents' })
