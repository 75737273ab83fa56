export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export const fieldsOf = <V extends object>(values: V): (keyof V & string)[] =>
  Object.keys(values) as (keyof V & string)[]

/** Mine where I have changed it, theirs elsewhere. */
export function merged<V extends object>(before: V, mine: V, theirs: V): V {
  const pairs = fieldsOf(mine).map((key) => [key, isSame(mine[key], before[key]) ? theirs[key] : mine[key]])
  return Object.fromEntries(pairs) as V
}
