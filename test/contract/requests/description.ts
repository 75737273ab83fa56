/** As much of JSON Schema as the description uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

interface Content {
  readonly content?: Record<string, { schema?: Schema }>
}

export interface Operation {
  /** `GET /api/users/{userId}` */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | null
  readonly responses: Readonly<Record<string, Content>>
}

export interface Description {
  readonly operations: readonly Operation[]
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface ToldOperation {
  parameters?: Parameter[]
  requestBody?: Content
  responses: Operation['responses']
}
type Told = Record<string, Record<string, ToldOperation>>

/** What `GET /openapi.json` says. */
export function readDescription(document: unknown): Description {
  const { paths, components } = document as { paths: Told; components: Description['components'] }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content?.['application/json']?.schema ?? null,
      responses,
    })),
  )
  return { operations, components }
}

const segments = (path: string): string[] => path.split('/')
const isParameter = (segment: string): boolean => segment.startsWith('{')
const parametersIn = ({ path }: Operation): number => segments(path).filter(isParameter).length

/** The operation that a request meant; a fixed word goes before a parameter in its place. */
export function operationAt({ operations }: Description, method: string, path: string): Operation | null {
  // As the description says: a slash at the end of a path changes nothing.
  const asked = segments(path.replace(/(?<=.)\/$/, ''))
  const fits = (one: Operation): boolean => {
    const own = segments(one.path)
    const isSame = own.every((part, i) => (isParameter(part) ? asked[i] !== '' : part === asked[i]))
    return one.method === method && own.length === asked.length && isSame
  }
  return operations.filter(fits).sort((a, b) => parametersIn(a) - parametersIn(b))[0] ?? null
}

/** The schema that a reference leads to. */
export function followed(description: Description, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : followed(description, description.components.schemas[name] ?? {})
}
