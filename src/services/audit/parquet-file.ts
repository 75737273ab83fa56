import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { OcsfEvent } from '../../policy/ocsf.ts'

type Kind = 'text' | 'json' | 'int' | 'long' | 'time' | 'texts'
interface Struct {
  readonly [name: string]: Kind | Struct
}

/** The columns of every event, whatever its class. What is free in form is JSON. */
const columns: Struct = {
  time: 'time',
  activity_id: 'int',
  category_uid: 'int',
  class_uid: 'int',
  type_uid: 'long',
  severity_id: 'int',
  status_id: 'int',
  status: 'text',
  message: 'text',
  risk_level_id: 'int',
  risk_score: 'int',
  metadata: {
    version: 'text',
    uid: 'text',
    tenant_uid: 'text',
    sequence: 'long',
    event_code: 'text',
    correlation_uid: 'text',
    product: { name: 'text', vendor_name: 'text' },
    profiles: 'texts',
  },
  actor: { app_name: 'text', user: { uid: 'text', email_addr: 'text' }, session: { uid: 'text' } },
  user: { uid: 'text', name: 'text', email_addr: 'text' },
  src_endpoint: { ip: 'text', svc_name: 'text' },
  http_request: { user_agent: 'text' },
  service: { name: 'text' },
  privileges: 'texts',
  group: { name: 'text', type: 'text' },
  entity: { uid: 'text', type: 'text' },
  api: { operation: 'text' },
  resources: 'json',
  unmapped: 'json',
}

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]

const leaves: Readonly<Record<Exclude<Kind, 'texts'>, Omit<Element, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
}

function elementsOf(name: string, kind: Kind | Struct): Element[] {
  if (typeof kind === 'object') {
    const children = Object.entries(kind)
    const group: Element = { name, repetition_type: 'OPTIONAL', num_children: children.length }
    return [group, ...children.flatMap(([child, of]) => elementsOf(child, of))]
  }
  if (kind !== 'texts') return [{ ...leaves[kind], name, repetition_type: 'OPTIONAL' }]
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { ...leaves.text, name: 'element', repetition_type: 'OPTIONAL' },
  ]
}

const schema: Element[] = [
  { name: 'root', num_children: Object.keys(columns).length },
  ...Object.entries(columns).flatMap(([name, kind]) => elementsOf(name, kind)),
]

/** A Parquet file that is written piece by piece, each given as soon as it is made: without its end nobody can read it. */
export function openParquet(): ParquetFile {
  const writer = new ByteWriter()
  const file = new ParquetWriter({ writer, schema, createdBy: 'Castellan', statisticsTruncateLength: 64 })
  const made = (): Buffer => {
    const bytes = Buffer.from(writer.getBuffer())
    writer.index = 0
    return bytes
  }
  return {
    begun: made(),
    add: (events) => {
      const columnData = Object.entries(columns).map(([name, kind]) => ({
        ...{ name, offsetIndex: false, statistics: name === 'time' },
        data: events.map((event) => valueOf(event[name], kind)),
      }))
      // Into memory both write at once; a promise is for writers that have to wait.
      void file.write({ columnData, rowGroupSize: Math.max(1, events.length) })
      return made()
    },
    end: (said) => {
      file.kvMetadata = Object.entries(said).map(([key, value]) => ({ key, value }))
      void file.finish()
      return made()
    },
  }
}

interface ParquetFile {
  readonly begun: Buffer
  /** A row group. */
  add(events: readonly OcsfEvent[]): Buffer
  /** @param said by key, for whoever reads the metadata */
  end(said: Readonly<Record<string, string>>): Buffer
}

function valueOf(value: unknown, kind: Kind | Struct): unknown {
  if (value === undefined || value === null) return null
  if (typeof kind === 'object') {
    const of = value as Readonly<Record<string, unknown>>
    return Object.fromEntries(Object.entries(kind).map(([name, inner]) => [name, valueOf(of[name], inner)]))
  }
  if (kind === 'long') return BigInt(value as number)
  return kind === 'time' ? new Date(value as number) : value
}
