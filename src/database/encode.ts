/** A value as PostgreSQL's text format has it. Arrays are array literals; what is JSON is passed as text by its query. */
export function encode(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`
  throw new TypeError(`a ${typeof value} cannot be sent to the database as it is`)
}

const SPECIAL = /["\\]/

function element(value: unknown): string {
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString('hex')}"`
  const text = encode(value)
  if (text === null) return 'null'
  // Most have nothing to escape, and a large statement has a hundred thousand of them.
  return SPECIAL.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}
