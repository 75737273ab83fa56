import { z } from 'zod'
import { text } from './text.ts'

/** Digits in a query string, within bounds. */
export const count = ({ min, max, or }: { min: number; max: number; or: number }) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'Must be a whole number')
    .refine((digits) => Number(digits) >= min && Number(digits) <= max, `Must be from ${min} to ${max}`)
    .default(String(or))
    .meta({ description: `A whole number from ${min} to ${max}; ${or} when absent.` })

/** A page past the end is an empty one, however far past. */
export const pageNumber = count({ min: 1, max: Number.MAX_SAFE_INTEGER, or: 1 })

/** Query parameters that every list takes. `sort` is one of the list's documented keys, a `-` before it for descending. */
export const listQuery = <const K extends string>(sortKeys: readonly [K, ...K[]]) => ({
  page: pageNumber,
  limit: count({ min: 1, max: 100, or: 25 }),
  sort: z.enum([...sortKeys, ...sortKeys.map((key) => `-${key}` as const)]).optional(),
  search: text({ max: 200 }).optional(),
})

export interface Paging {
  readonly page: number
  readonly limit: number
  readonly offset: number
}

export function pagingOf({ page, limit }: { page: string; limit: string }): Paging {
  return { page: Number(page), limit: Number(limit), offset: (Number(page) - 1) * Number(limit) }
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    total: z.int(),
    page: z.int(),
    limit: z.int(),
    totalPages: z.int(),
  })

export interface Page<T> {
  items: T[]
  total: number
  page: number
  limit: number
  totalPages: number
}

export function toPage<T>(items: T[], total: number, { page, limit }: Paging): Page<T> {
  return { items, total, page, limit, totalPages: Math.ceil(total / limit) }
}
