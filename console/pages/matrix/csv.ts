import { nameOf } from '../../words.ts'
import { levels } from './axis.ts'
import { marks } from './model.ts'
import type { Compact, View } from './model.ts'

/** What a spreadsheet would take for a formula begins with a quote instead. */
const cell = (words: string): string => `"${words.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`

export function csvOf(matrix: Compact, { rows, columns, shows }: View): string {
  const lines = ['technician,email,role,customer,level,expiring,restricted,unused']
  for (const row of rows.order) {
    const technician = matrix.technicians[row]
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      const column = matrix.customerIndex[grant] ?? 0
      if (!technician || !shows(grant) || (columns.place[column] ?? -1) < 0) continue
      const flags = matrix.flags[grant] ?? 0
      const yes = (mark: number): string => (flags & mark ? 'yes' : 'no')
      lines.push(
        [
          cell(nameOf(technician)),
          cell(technician.email),
          technician.role,
          cell(matrix.customers[column]?.name ?? ''),
          levels[matrix.level[grant] ?? 0],
          yes(marks.expiring),
          yes(marks.restricted),
          yes(marks.unused),
        ].join(','),
      )
    }
  }
  return `${lines.join('\r\n')}\r\n`
}
