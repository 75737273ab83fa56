import type { GrantTable } from './grant-table.ts'

/** Remembers what is made of all parties as a table knows them, and makes it anew when any of them has changed. */
export function perParties<T>(): (table: GrantTable, make: () => Promise<T>) => Promise<T> {
  let last: { readonly table: GrantTable; readonly version: number; readonly made: Promise<T> } | null = null
  return (table, make) => {
    const version = table.versions.parties
    if (last?.table === table && last.version === version) return last.made
    const next = { table, version, made: make() }
    next.made.catch(() => last === next && (last = null))
    last = next
    return next.made
  }
}
