import { csvOf } from './csv.ts'
import type { Compact, View } from './model.ts'

/** @param at of which instant it is; now without it */
export function exportCsv(matrix: Compact, view: View, at?: string): void {
  save(new Blob([csvOf(matrix, view)], { type: 'text/csv;charset=utf-8' }), fileNameOf(at, 'csv'))
}

export const fileNameOf = (at = new Date().toISOString(), ending: string): string =>
  `access-matrix-${at.slice(0, 10)}.${ending}`

export function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
