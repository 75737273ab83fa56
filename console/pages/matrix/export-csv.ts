import { saveFile } from '../../ui/save-file.ts'
import { csvOf } from './csv.ts'
import type { Compact, View } from './model.ts'

/** @param at of which instant it is; now without it */
export function exportCsv(matrix: Compact, view: View, at?: string): void {
  saveFile(new Blob([csvOf(matrix, view)], { type: 'text/csv;charset=utf-8' }), fileNameOf(at, 'csv'))
}

export const fileNameOf = (at = new Date().toISOString(), ending: string): string =>
  `access-matrix-${at.slice(0, 10)}.${ending}`
