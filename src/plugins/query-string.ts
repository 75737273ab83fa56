import { parse } from 'node:querystring'

type Query = Record<string, string | string[]>

/** `name[]=a` is another way to write the list `name=a`; it is a list also when it has one item. */
export function parseQuery(text: string): Query {
  const query: Query = Object.create(null)
  if (text === '') return query
  for (const [name, values] of Object.entries(parse(text))) {
    if (values === undefined) continue
    const isList = name.endsWith('[]')
    const key = isList ? name.slice(0, -2) : name
    const known = query[key]
    query[key] = isList || known !== undefined ? [known ?? [], values].flat() : values
  }
  return query
}
