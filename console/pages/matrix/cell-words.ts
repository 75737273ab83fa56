import { nameOf } from '../../words.ts'
import { marks } from './model.ts'
import type { Compact } from './model.ts'

/** The grants of a row in the columns that are meant. */
export function grantsAt(matrix: Compact, row: number, isMeant: (column: number) => boolean): number[] {
  const found: number[] = []
  for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
    if (isMeant(matrix.customerIndex[grant] ?? -1)) found.push(grant)
  }
  return found
}

const markNames = [
  [marks.expiring, 'expires within 7 days'],
  [marks.restricted, 'restricted'],
  [marks.unused, 'unused for 90 days'],
] as const
const levelWords = ['read only', 'full access', 'emergency'] as const

/** A cell in words, for who does not see it. */
export function wordsOf(matrix: Compact, row: number, column: number): string {
  const grants = grantsAt(matrix, row, (one) => one === column).map((grant) => {
    const flags = matrix.flags[grant] ?? 0
    const named = markNames.filter(([mark]) => (flags & mark) !== 0).map(([, words]) => words)
    return [levelWords[matrix.level[grant] ?? 0], ...named].join(', ')
  })
  const technician = matrix.technicians[row]
  const between = `${technician ? nameOf(technician) : ''}, ${matrix.customers[column]?.name ?? ''}`
  return `${between}: ${grants.length === 0 ? 'no access' : grants.join('; and ')}`
}
