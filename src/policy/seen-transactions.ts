/** Transactions that have been looked at: all before one, but for some that were under way. */
export interface Seen {
  readonly before: string
  readonly except: readonly string[]
}

/** @param snapshot a PostgreSQL pg_snapshot, `xmin:xmax:xip,xip` */
export function seenIn(snapshot: string): Seen {
  const [, before = '0', except = ''] = snapshot.split(':')
  return { before, except: except === '' ? [] : except.split(',') }
}

/** The same snapshot, as if no transaction from this one on had been looked at. */
export function cutAt(snapshot: string, transaction: string): string {
  const { before, except } = seenIn(snapshot)
  if (BigInt(transaction) >= BigInt(before)) return snapshot
  const earlier = except.filter((one) => BigInt(one) < BigInt(transaction))
  return [earlier[0] ?? transaction, transaction, earlier.join(',')].join(':')
}
