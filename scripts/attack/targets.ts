interface Schema {
  enum?: string[]
  const?: string
  format?: string
  type?: string
  anyOf?: Schema[]
  items?: Schema
}
interface Parameter {
  name: string
  in: string
  schema: Schema
}
type Paths = Record<string, Record<string, { parameters?: Parameter[] }>>

/** Whose id stands for what in a path. */
const lists: Readonly<Record<string, string>> = {
  organizations: '/api/organizations?type=customer',
  organization: '/api/organizations?type=customer',
  customer: '/api/organizations?type=customer',
  users: '/api/users',
  user: '/api/users',
  technician: '/api/users?role=technician',
  proof: '/api/audit/logs',
}

/** What is read by the description, each with all its parameters: values that it takes. */
export async function targetsOf(origin: string, token: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${token}` }
  const { paths } = (await (await fetch(`${origin}/openapi.json`)).json()) as { paths: Paths }
  const known = new Map<string, string>()
  const idIn = async (noun: string): Promise<string> => {
    const list = lists[noun] ?? '/api/organizations'
    if (!known.has(list)) {
      const answer = await fetch(`${origin}${list}`, { headers })
      const { data } = (await answer.json()) as { data: { items: { id: string }[] } }
      known.set(list, data.items[0]?.id ?? '')
    }
    return known.get(list) ?? ''
  }
  const targets: string[] = []
  for (const [path, { get }] of Object.entries(paths)) {
    const inQuery = get?.parameters?.filter((one) => one.in === 'query') ?? []
    if (!get || (inQuery.length === 0 && !path.includes('{'))) continue
    const segments = await Promise.all(
      path.split('/').map(async (part, i, all) => (part.startsWith('{') ? idIn(all[i - 1] ?? '') : part)),
    )
    const query = inQuery.flatMap(({ name, schema }) =>
      exampleOf(name, schema).map((value) => `${name}=${encodeURIComponent(value)}`),
    )
    targets.push(`${origin}${segments.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`)
  }
  return targets
}

const byName: Readonly<Record<string, string[]>> = {
  page: ['1'],
  limit: ['5'],
  search: ['a'],
  from: ['2026-01-01T00:00:00Z'],
  // Together with the rest they are refused, or leave nothing to see.
  view: [],
  cursor: [],
  to: [],
}

function exampleOf(name: string, schema: Schema): string[] {
  const named = byName[name]
  if (named) return named
  const shape = schema.anyOf?.[0] ?? schema.items ?? schema
  if (shape.const !== undefined) return [shape.const]
  if (shape.enum) return shape.enum.slice(0, 1)
  if (shape.format === 'date-time') return ['2026-11-01T00:00:00Z']
  if (shape.format === 'uuid' || shape.format === 'guid') return []
  return shape.type === 'string' ? ['1'] : []
}
