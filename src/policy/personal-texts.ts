/**
 * Members of changes and details whose words come from a list of ours, and so tell of nobody: they stay when the content is erased, and
 * so do ids, dates, numbers and truth values. Every other text there is personal.
 */
export const plainMembers: ReadonlySet<string> = new Set([
  ...[
    'accessLevel',
    'access_level',
    'allowedServices',
    'allowed_services',
    'basis',
    'by',
    'code',
    'databaseRole',
    'days',
    'end',
    'format',
  ],
  ...[
    'framework',
    'kind',
    'method',
    'model',
    'operation',
    'org_type',
    'outcome',
    'purpose',
    'reasons',
    'role',
    'service',
    'start',
  ],
  ...['status', 'timezone', 'verdict'],
])

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::\d\d)?)?)?$/

const isPlain = (name: string, text: string): boolean => plainMembers.has(name) || id.test(text) || date.test(text)

interface Spot {
  readonly name: string
  readonly pointer: string
  readonly taken: Record<string, unknown>
}

/** The value without its personal texts, which are put among those taken; undefined when it is one of them itself. */
export function withoutTexts(value: unknown, { name, pointer, taken }: Spot): unknown {
  if (typeof value === 'string' && !isPlain(name, value)) return void (taken[pointer] = value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) {
    const items = value.map((item, i) => withoutTexts(item ?? null, { name, pointer: `${pointer}/${i}`, taken }))
    return items.filter((item) => item !== undefined)
  }
  const kept: Record<string, unknown> = {}
  // In the order of the canonical text.
  for (const member of Object.keys(value).sort()) {
    const inner = (value as Record<string, unknown>)[member]
    const there = `${pointer}/${SPECIAL.test(member) ? member.replaceAll('~', '~0').replaceAll('/', '~1') : member}`
    // What technicians tell of a use is free in form: the names of its members can be anything as well.
    if (there === '/details/details') taken[there] = inner
    else keep(kept, member, withoutTexts(inner, { name: member, pointer: there, taken }))
  }
  return kept
}

/** To be escaped in a pointer. */
const SPECIAL = /[~/]/

/** Also what JavaScript would take for the object's prototype. */
function keep(kept: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') kept[name] = value
  else Object.defineProperty(kept, name, { value, enumerable: true })
}
