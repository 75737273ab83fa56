import type { Context } from '../../context.ts'
import { listForCsv, listForJson } from '../../queries/audit-export.ts'
import type { AuditPosition, Snapshot } from '../../queries/audit-filter.ts'
import type { AuditEvent, AuditFilter } from '../../types/audit.ts'

/** Part of an export: whole rows, oldest first. */
export interface ExportSlice {
  /** Written over once the slice after the next is asked for. */
  readonly bytes: Buffer
  readonly rows: number
  readonly last: AuditPosition
  /** The least and the greatest; null when no event of it is sealed yet. */
  readonly sequences: readonly [least: number, greatest: number] | null
}

export interface Exported {
  readonly filter: AuditFilter
  readonly seen: Snapshot
  readonly after: AuditPosition | null
  /** As lines of CSV, or as one JSON object a line. */
  readonly as: 'csv' | 'json'
}

const FIRST_ROWS = 500
const MAX_ROWS = 20_000
const SLICE_BYTES = 1_500_000

/** Holds a connection while a slice is read, never while it waits for the reader; one slice is read ahead. */
export async function* slicesOf({ db }: Context, asked: Exported, signal: AbortSignal): AsyncGenerator<ExportSlice> {
  let limit = FIRST_ROWS
  // One that is on its way out, one that is given, one that is read: new ones each time are more than the collector keeps up with.
  const memory = Array.from({ length: 3 }, (): Room => ({ bytes: Buffer.allocUnsafe(SLICE_BYTES) }))
  const read = (after: AuditPosition | null): Promise<ExportSlice | null> => {
    const room = memory.shift() as Room
    memory.push(room)
    return readSlice(db, { ...asked, after, limit, room }, signal)
  }
  let next: Promise<ExportSlice | null> | null = read(asked.after)
  while (next !== null) {
    const slice: ExportSlice | null = await next
    if (slice === null) return
    const isLast: boolean = slice.rows < limit
    limit = Math.min(MAX_ROWS, Math.max(1, Math.floor((slice.rows * SLICE_BYTES) / slice.bytes.length)))
    next = isLast ? null : read(slice.last)
    next?.catch(() => undefined) // told when it is waited for
    yield slice
  }
}

const COMMA = 0x2c
const STX = 0x02
const ID_AND_TIME = '01a20000-0000-7000-8000-000000000001,2026-11-23T08:00:00.000Z'.length

/** Where the rows of a slice are put. */
interface Room {
  bytes: Buffer
}

/** Rows are copied into one piece of memory as they come: the driver uses its own again. */
async function readSlice(
  db: Context['db'],
  { as, limit, room, ...asked }: Exported & { limit: number; room: Room },
  signal: AbortSignal,
): Promise<ExportSlice | null> {
  const isCsv = as === 'csv'
  const delimiter = isCsv ? COMMA : STX
  const statement = (isCsv ? listForCsv : listForJson)({ ...asked, limit })
  const place = Buffer.alloc(ID_AND_TIME)
  let [length, rows, least, greatest] = [0, 0, Infinity, -Infinity]
  const take = (row: Buffer): void => {
    let at = 0
    let sequence = 0
    for (let digit = row[0]; digit !== delimiter && digit !== undefined; digit = row[++at])
      sequence = sequence * 10 + digit - 48
    if (at > 0) {
      least = Math.min(least, sequence)
      greatest = Math.max(greatest, sequence)
    }
    row.copy(place, 0, at + 1)
    const from = isCsv ? 0 : at + ID_AND_TIME + 2
    const needed = length + row.length - from
    if (needed > room.bytes.length) room.bytes = Buffer.concat([room.bytes], Math.max(needed, room.bytes.length * 2))
    length += row.copy(room.bytes, length, from)
    rows++
  }
  await db.copy(statement, { format: isCsv ? 'csv' : 'plain', take, signal })
  if (rows === 0) return null
  const [id = '', occurredAt = ''] = place.toString('latin1').split(isCsv ? ',' : '\x02')
  return {
    bytes: room.bytes.subarray(0, length),
    rows,
    last: { id, occurredAt },
    sequences: least === Infinity ? null : [least, greatest],
  }
}

/** Of a slice of JSON. */
export const eventsIn = ({ bytes }: ExportSlice): AuditEvent[] =>
  JSON.parse(`[${bytes.toString().trimEnd().replaceAll('\n', ',')}]`) as AuditEvent[]
