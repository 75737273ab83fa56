import { api } from '../../api/client.ts'
import { saveFile } from '../../ui/save-file.ts'
import { messageOf } from '../../words.ts'

export const formats = {
  csv: { name: 'CSV', of: 'For a spreadsheet', ends: 'csv' },
  ndjson: { name: 'NDJSON', of: 'Every field, a line of JSON each', ends: 'ndjson' },
  ocsf: { name: 'OCSF', of: 'For a SIEM: OCSF 1.8, a line of JSON each', ends: 'ocsf.ndjson' },
  parquet: { name: 'Parquet', of: 'For a warehouse: one file of columns', ends: 'parquet' },
} as const
export type Format = keyof typeof formats

export interface Progress {
  readonly bytes: number
  /** Lines so far; of Parquet none can be counted. */
  readonly events: number
}

const LINE_END = 10
/** The manifest at a file's end is smaller. */
const END_BYTES = 20_000

export class BrokenOff extends Error {}

/**
 * Reads an export as it comes, and saves it only when it says at its end that it is whole.
 * @returns how many events there are in it
 * @throws BrokenOff when it does not end as it should; whatever the signal was aborted with
 */
export async function exportTrail(
  query: Record<string, string>,
  format: Format,
  { progress, signal }: { progress: (so: Progress) => void; signal: AbortSignal },
): Promise<number> {
  const { data, error, response } = await api.GET('/api/audit/export', {
    params: { query: { ...query, format } },
    parseAs: 'stream',
    signal,
  })
  if (!(data instanceof ReadableStream)) throw new Error(refusalOf(error))
  const parts: Uint8Array<ArrayBuffer>[] = []
  let so: Progress = { bytes: 0, events: 0 }
  try {
    for await (const part of data) {
      parts.push(part)
      so = { bytes: so.bytes + part.length, events: so.events + (format === 'parquet' ? 0 : linesIn(part)) }
      progress(so)
    }
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new BrokenOff(`The connection broke off: ${messageOf(cause)}`)
  }
  const file = new Blob(parts)
  const events = eventsToldIn(await file.slice(-END_BYTES).text())
  if (events === null) throw new BrokenOff('The file does not say at its end that it is whole.')
  saveFile(file, nameIn(response) ?? `castellan-audit.${formats[format].ends}`)
  return events
}

function linesIn(part: Uint8Array): number {
  let lines = 0
  for (const byte of part) if (byte === LINE_END) lines++
  return lines
}

/** What the manifest at its end says; null when there is none. In CSV its quotes stand twice. */
function eventsToldIn(end: string): number | null {
  const manifest = end.replaceAll('""', '"').split('"complete"').at(-1) ?? ''
  const [, rows] = /^\s*:\s*true\b.*?"rows"\s*:\s*(\d+)/s.exec(manifest) ?? []
  return rows === undefined ? null : Number(rows)
}

const nameIn = ({ headers }: Response): string | undefined =>
  /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1]

const refusalOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : 'The export was refused. Try again.'
