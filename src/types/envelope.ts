import { z } from 'zod'

/** Every refusal and failure under `/api`. `error` is a stable code, `message` a sentence for a person. */
export const Failure = z
  .object({
    success: z.literal(false),
    error: z.string(),
    message: z.string(),
    details: z.unknown().optional(),
  })
  .meta({ id: 'Failure' })
export type Failure = z.infer<typeof Failure>
