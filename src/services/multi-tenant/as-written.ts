import type { Written } from '../../queries/access-grants.ts'
import type { Grant } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'

/** The grant with the version that the database gave it. */
export function asWritten(grant: Grant, rows: readonly Written[]): Versioned<Grant> {
  const row = rows.find(({ id }) => id === grant.id)
  if (!row) throw new Error('a grant that was locked was not written')
  return { ...grant, version: row.version }
}
