import { z } from 'zod'
import { personalGroups } from './audit.ts'

/** What stands in the first line of a bundle. */
export const BUNDLE_FORMAT = 'castellan-audit-bundle/1'

const hash = z.base64().length(44)
const place = z.int().min(0)
const form = z.record(z.string(), z.unknown())
const signature = z.base64().length(88)

/** The lines of a bundle, each one JSON object: first the bundle, its checkpoint and its tree, then each organization, at last the end. */
export const BundleLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('bundle'),
    format: z.literal(BUNDLE_FORMAT),
    verifierKey: z.string(),
    exportedAt: z.string(),
    /** Null: of all. */
    organizations: z.array(z.guid()).nullable(),
  }),
  z.object({ type: z.literal('checkpoint'), id: place, note: z.string() }),
  /** Leaves of the tree over all, from a place on. */
  z.object({ type: z.literal('tree'), from: place, leaves: z.array(hash) }),
  z.object({ type: z.literal('organization'), id: z.guid() }),
  /** What a cleanup removed of the organization, as a signed note. */
  z.object({ type: z.literal('removal'), note: z.string() }),
  z.object({ type: z.literal('head'), position: place, size: place, root: hash, signature }),
  /**
   * The leaf is as it was sealed. The event, in the form that is hashed, and what is personal of it are null where they are gone; so is a
   * group of personal data that is erased.
   */
  z.object({
    type: z.literal('event'),
    sequence: place,
    id: z.guid(),
    leaf: hash,
    event: form.nullable(),
    personal: z
      .record(z.enum(personalGroups), z.object({ nonce: z.base64().length(24), members: form }).nullable())
      .nullable(),
  }),
  /** An erasure behind the last head: its event has no place in the bundle, and is signed by itself. */
  z.object({ type: z.literal('erasure'), event: form, signature }),
  /** The SHA-256 of all that stands before this line. */
  z.object({ type: z.literal('end'), events: place, sha256: z.hex().length(64) }),
])
export type BundleLine = z.infer<typeof BundleLine>
