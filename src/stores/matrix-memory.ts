import { createHash } from 'node:crypto'
import type { CompiledGrants } from '../policy/compiled-grants.ts'
import { jsonNumbers } from '../policy/json-numbers.ts'
import { columnOf, flagsOf, levelOf, matrixRow } from '../policy/matrix-rows.ts'
import type { MatrixRow } from '../policy/matrix-rows.ts'
import type { CompactMatrix, EncodedMatrix } from '../types/access-matrix.ts'
import type { GrantTable } from './grant-table.ts'
import { perParties } from './per-parties.ts'

export type MatrixAxes = Pick<CompactMatrix, 'technicians' | 'customers'>

/** Axes with their place in the numbers of a table. */
export interface PlacedAxes extends MatrixAxes {
  /** The column of each customer by its number, -1 where it has none. */
  readonly columns: Int32Array
  /** As JSON, without its last brace. */
  readonly json: Buffer
  readonly digest: Buffer
}

/** The matrix as staff see it, who all see the same. */
export interface MatrixMemory {
  /** Read anew when any party has changed. */
  axes(table: GrantTable, read: () => Promise<MatrixAxes>): Promise<PlacedAxes>
  /** Encoded anew when any grant has changed, or time has changed one; of the rows only those that did. */
  encode(table: GrantTable, axes: PlacedAxes, now: Date): EncodedMatrix
}

interface KnownMatrix {
  readonly table: GrantTable
  readonly version: number
  readonly axes: PlacedAxes
  readonly from: number
  readonly until: number
  readonly matrix: EncodedMatrix
}

/** Its numbers as JSON, and what they are told from others by. */
interface EncodedRow extends MatrixRow {
  readonly columns: Int32Array
  readonly from: number
  readonly customerIndex: Buffer
  readonly level: Buffer
  readonly flags: Buffer
  readonly digest: Buffer
}

export function createMatrixMemory(): MatrixMemory {
  const rows = new WeakMap<CompiledGrants, EncodedRow>()
  const axes = perParties<PlacedAxes>()
  let whole: KnownMatrix | null = null

  function rowOf(grants: CompiledGrants, columns: Int32Array, now: number): EncodedRow {
    const known = rows.get(grants)
    if (known?.columns === columns && holds(known, now)) return known
    const made = encodeRow(grants, columns, now)
    rows.set(grants, made)
    return made
  }

  return {
    axes: (table, read) => axes(table, async () => placeAxes(await read(), table)),
    encode(table, asked, date) {
      const now = date.getTime()
      const version = table.versions.grants
      const isSame = whole?.table === table && whole.version === version && whole.axes === asked
      if (whole && isSame && holds(whole, now)) return whole.matrix
      const found = asked.technicians.map(({ id }) => rowOf(table.grantsOf(id), asked.columns, now))
      const until = found.reduce((first, row) => Math.min(first, row.until), Infinity)
      whole = { table, version, axes: asked, from: now, until, matrix: join(asked, found) }
      return whole.matrix
    },
  }
}

const holds = ({ from, until }: { from: number; until: number }, now: number): boolean => from <= now && now < until

export function placeAxes(axes: MatrixAxes, table: GrantTable): PlacedAxes {
  const numbers = axes.customers.map(({ id }) => table.numberOf(id))
  const columns = new Int32Array(numbers.reduce((most, number) => Math.max(most, number + 1), 0)).fill(-1)
  numbers.forEach((number, column) => {
    if (number >= 0) columns[number] = column
  })
  const json = Buffer.from(JSON.stringify(axes).slice(0, -1))
  return { ...axes, columns, json, digest: createHash('sha256').update(json).digest() }
}

/** The same without remembering. */
export const encodeMatrix = (table: GrantTable, axes: PlacedAxes, now: Date): EncodedMatrix =>
  join(
    axes,
    axes.technicians.map(({ id }) => encodeRow(table.grantsOf(id), axes.columns, now.getTime())),
  )

function encodeRow(grants: CompiledGrants, columns: Int32Array, now: number): EncodedRow {
  const row = matrixRow(grants, columns, now)
  const written = (read: (cell: number) => number): Buffer => jsonNumbers(row.cells, read)
  return {
    ...row,
    columns,
    from: now,
    customerIndex: written(columnOf),
    level: written(levelOf),
    flags: written(flagsOf),
    digest: createHash('sha256').update(row.cells).digest(),
  }
}

/** The version names what is shown, on every node alike. What has not changed is neither written nor looked through again. */
function join(axes: PlacedAxes, rows: readonly EncodedRow[]): EncodedMatrix {
  const offsets = [0]
  for (const { cells } of rows) offsets.push((offsets.at(-1) ?? 0) + cells.length)
  const version = digestOf([axes.digest, ...rows.map(({ digest }) => digest)])
  const all = (column: 'customerIndex' | 'level' | 'flags'): Buffer[] => [
    Buffer.from(`,"${column}":[`),
    ...withoutLastComma(rows.map((row) => row[column])),
    Buffer.from(']'),
  ]
  const json = Buffer.concat([
    axes.json,
    Buffer.from(`,"rowOffsets":[${offsets.join()}]`),
    ...all('customerIndex'),
    ...all('level'),
    ...all('flags'),
    Buffer.from(`,"version":"${version}"}`),
  ])
  return { version, json }
}

function withoutLastComma(parts: readonly Buffer[]): Buffer[] {
  const written = parts.filter(({ length }) => length > 0)
  const last = written.pop()
  return last ? [...written, last.subarray(0, -1)] : written
}

/** Of parts of the same length each. */
const digestOf = (digests: readonly Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(digests)).digest('base64url')
