import { csvColumns } from '../../queries/audit-export.ts'
import type { AuditPosition } from '../../queries/audit-filter.ts'
import type { AuditFilter } from '../../types/audit.ts'
import type { ExportSlice } from './export-slices.ts'

/** What a file says of itself at its end: with it the file is whole. */
export interface Manifest {
  readonly complete: true
  readonly format: string
  readonly filter: AuditFilter
  /** What the file goes on behind; null when it is from the beginning. */
  readonly after: AuditPosition | null
  readonly exportedAt: string
  readonly exportedBy: string
  readonly rows: number
  /** The least and the greatest of an organization's; null for several organizations, or when nothing is sealed. */
  readonly firstSequence: number | null
  readonly lastSequence: number | null
  /** Of every byte before this. */
  readonly sha256: string
  /** The latest signed checkpoint of the trail, as a note; null when there is none yet. */
  readonly checkpoint: string | null
}

/** What a file says instead when it breaks off. */
export interface Failure {
  readonly complete: false
  readonly rows: number
  /** To be given as `after` to go on; null when nothing was written. */
  readonly after: string | null
}

/** How a file is written, piece by piece. */
export interface Form {
  readonly type: string
  readonly extension: string
  readonly as: 'csv' | 'json'
  begin(): Buffer
  add(slice: ExportSlice): Buffer
  /** What was held back so far. */
  rest(): Buffer
  end(manifest: Manifest): Buffer
  failed(failure: Failure): Buffer
}

const nothing = (): Buffer => Buffer.alloc(0)

/** The last record has as many fields as the others: `#end` in the first, the manifest in the last. */
export const csvForm = (): Form => ({
  type: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  as: 'csv',
  begin: () => Buffer.from(`${csvColumns.join(',')}\n`),
  add: ({ bytes }) => bytes,
  rest: nothing,
  end: (manifest) => csvRecord('#end', manifest),
  failed: (failure) => csvRecord('#failed', failure),
})

const csvRecord = (mark: string, said: object): Buffer =>
  Buffer.from(`${mark}${','.repeat(csvColumns.length - 1)}"${JSON.stringify(said).replaceAll('"', '""')}"\n`)

export const ndjsonForm = (): Form => ({
  type: 'application/x-ndjson',
  extension: 'ndjson',
  as: 'json',
  begin: nothing,
  add: ({ bytes }) => bytes,
  rest: nothing,
  end: (manifest) => line({ manifest }),
  failed: (failed) => line({ failed }),
})

const line = (said: object): Buffer => Buffer.from(`${JSON.stringify(said)}\n`)
