import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url))
const QUERIES = join(SOURCE, 'queries')

/** How a query says whose rows it is about, and what is left when it does not. `NIL` is nobody. */
const forms: readonly [form: RegExp, without: string][] = [
  [
    /(?:\b\w+\.)?\b(?:org_id|customer_org_id|technician_id|user_id) (?:=|<>) (?:any \()?\$\{(?!NIL\})[^{}]*\}(?:::uuid\[\]\))?/g,
    'true',
  ],
  [/\$\{among\(sql`\w+\.id`, \w+\)\}/g, 'true'],
  [/\$\{own\(sql`\w+\.\w+`, scope\)\}/g, 'true'],
  [/\b(?:ids|orgId|exceptIn) === null(?= \?)/g, 'true'],
  [/\bids(?= \? oneOf)/g, 'false'],
]

/** One filter by tenant or person, in one place of one query module. */
export interface Filter {
  readonly file: string
  /** As a reader finds it: file, line and what stands there. */
  readonly name: string
  readonly source: string
}

/** Every filter that there is, each with the source of its module without it. */
export async function filtersOfQueries(): Promise<Filter[]> {
  const files = (await readdir(QUERIES)).filter((file) => file.endsWith('.ts')).toSorted()
  const found: Filter[] = []
  for (const file of files) found.push(...filtersIn(file, await readFile(join(QUERIES, file), 'utf8')))
  return found
}

const filtersIn = (file: string, source: string): Filter[] =>
  forms.flatMap(([form, without]) =>
    [...source.matchAll(form)].map((match) => ({
      file,
      name: `${file}:${source.slice(0, match.index).split('\n').length} ${match[0]}`,
      source: source.slice(0, match.index) + without + source.slice(match.index + match[0].length),
    })),
  )

export const queryModule = async (file: string): Promise<object> => (await import(join(QUERIES, file))) as object

/** Modules made of changed sources, beside the real ones that they know. */
export async function openMutants(): Promise<{ load(source: string): Promise<object>; close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'castellan-filters-'))
  let made = 0
  return {
    async load(source) {
      const file = join(home, `queries-${++made}.ts`)
      const absolute = source
        .replaceAll(/from '\.\//g, `from '${QUERIES}/`)
        .replaceAll(/from '\.\.\//g, `from '${SOURCE}`)
      await writeFile(file, absolute)
      return (await import(file)) as object
    },
    close: () => rm(home, { recursive: true, force: true }),
  }
}
