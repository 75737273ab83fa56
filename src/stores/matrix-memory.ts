import { hash } from 'node:crypto'
import { columnOf, flagsOf, levelOf, matrixRows } from '../policy/matrix-rows.ts'
import type { CompactMatrix } from '../types/access-matrix.ts'
import type { GrantTable } from './grant-table.ts'

export type MatrixAxes = Pick<CompactMatrix, 'technicians' | 'customers'>

/** Axes with their place in the numbers of a table. */
export interface PlacedAxes extends MatrixAxes {
  /** The column of each customer by its number, -1 where it has none. */
  readonly columns: Int32Array
  readonly digest: string
}

/** The matrix as staff see it, who all see the same. */
export interface MatrixMemory {
  /** Read anew when any party has changed. */
  axes(table: GrantTable, read: () => Promise<MatrixAxes>): Promise<PlacedAxes>
  /** Compressed anew when any grant has changed, or time has changed one. */
  compact(table: GrantTable, axes: PlacedAxes, now: Date): CompactMatrix
}

interface KnownAxes {
  readonly table: GrantTable
  readonly version: number
  readonly axes: Promise<PlacedAxes>
}

interface KnownMatrix {
  readonly table: GrantTable
  readonly version: number
  readonly axes: PlacedAxes
  readonly from: number
  readonly until: number
  readonly matrix: CompactMatrix
}

export function createMatrixMemory(): MatrixMemory {
  let axes: KnownAxes | null = null
  let whole: KnownMatrix | null = null

  return {
    axes(table, read) {
      const version = table.versions.parties
      if (axes?.table === table && axes.version === version) return axes.axes
      const known = { table, version, axes: read().then((found) => placeAxes(found, table)) }
      known.axes.catch(() => axes === known && (axes = null))
      axes = known
      return known.axes
    },
    compact(table, placedAxes, date) {
      const now = date.getTime()
      const version = table.versions.grants
      const isCurrent = whole?.table === table && whole.version === version && whole.axes === placedAxes
      if (whole && isCurrent && whole.from <= now && now < whole.until) return whole.matrix
      const { matrix, until } = compressMatrix(table, placedAxes, now)
      whole = { table, version, axes: placedAxes, from: now, until, matrix }
      return matrix
    },
  }
}

export function placeAxes(axes: MatrixAxes, table: GrantTable): PlacedAxes {
  const numbers = axes.customers.map(({ id }) => table.numberOf(id))
  const columns = new Int32Array(numbers.reduce((most, number) => Math.max(most, number + 1), 0)).fill(-1)
  numbers.forEach((number, column) => {
    if (number >= 0) columns[number] = column
  })
  return { ...axes, columns, digest: hash('sha256', JSON.stringify(axes), 'base64url') }
}

/** Its version names what it shows, on every node alike. */
export function compressMatrix(
  table: GrantTable,
  axes: PlacedAxes,
  now: number,
): { matrix: CompactMatrix; until: number } {
  const { technicians, customers, columns, digest } = axes
  const rows = technicians.map(({ id }) => table.grantsOf(id))
  const { offsets, cells, until } = matrixRows(rows, columns, now)
  const version = hash('sha256', Buffer.concat([Buffer.from(digest), bytesOf(offsets), bytesOf(cells)]), 'base64url')
  const matrix = {
    technicians,
    customers,
    rowOffsets: [...offsets],
    customerIndex: numbersOf(cells, columnOf),
    level: numbersOf(cells, levelOf),
    flags: numbersOf(cells, flagsOf),
    version,
  }
  return { matrix, until }
}

/** Many times faster than `Array.from`. */
function numbersOf(cells: Int32Array, read: (cell: number) => number): number[] {
  const numbers = new Array<number>(cells.length)
  for (let i = 0; i < cells.length; i++) numbers[i] = read(cells[i] ?? 0)
  return numbers
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
