import { z } from 'zod'

/** A JSON object that fits in a row: of limited depth (itself 1) and size, and of text that PostgreSQL can hold. */
export const boundedJson = ({ maxDepth, maxBytes }: { maxDepth: number; maxBytes: number }) =>
  z
    .record(z.string(), z.unknown())
    .refine((value) => !isDeeperThan(maxDepth, value), {
      error: `Must be at most ${maxDepth} levels deep`,
      abort: true,
    })
    .refine(isStorable, { error: 'Must be well-formed Unicode without NUL', abort: true })
    .refine(
      (value) => Buffer.byteLength(JSON.stringify(value)) <= maxBytes,
      `Must have at most ${maxBytes} bytes as JSON`,
    )

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner)))

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every((entry) => entry.every(isStorable))
}
