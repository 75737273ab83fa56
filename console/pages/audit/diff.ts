interface Change {
  field: string
  before: string
  after: string
}

/** Field by field, what was and what is; fields that stayed are left out. */
export function diffOf(changes: { before?: unknown; after?: unknown } | null): Change[] {
  if (!changes) return []
  const [before, after] = [fieldsOf(changes.before), fieldsOf(changes.after)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((field) => ({ field, before: written(before[field]), after: written(after[field]) }))
    .filter((change) => change.before !== change.after)
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const written = (value: unknown): string => {
  if (value === undefined || value === null) return '–'
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? value.join(', ')
    : JSON.stringify(value)
}
