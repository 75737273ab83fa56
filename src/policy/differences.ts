import { isDeepStrictEqual } from 'node:util'

export interface Differences<T> {
  readonly before: Partial<T>
  readonly after: Partial<T>
}

/** What is undefined is not wished. */
export type Wish<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** What a wish changes: as it is, and as it will be. */
export function differences<T extends object>(is: T, wished: Wish<T>): Differences<T> {
  const fields = (Object.keys(wished) as (keyof T)[]).filter((field) => wished[field] !== undefined)
  const changed = fields.filter((field) => !isDeepStrictEqual(is[field], wished[field]))
  const only = (one: Wish<T>) => Object.fromEntries(changed.map((field) => [field, one[field]])) as Partial<T>
  return { before: only(is), after: only(wished) }
}
