import type { Result } from '../question.ts'

const figure = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))

const heading = ['', 'ours', 'against', '', 'ratio', 'goal', '']

/** For people; lines of JSON are for machines. */
export function table(results: readonly Result[]): string {
  const rows = [heading, ...results.map(toRow)]
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${[...lines, '', ...results.flatMap(toDetails)].join('\n')}\n`
}

function toRow({ id, ours, against, unit, ratio, goal, holds }: Result): string[] {
  return [id, figure(ours), figure(against), unit, ratio.toFixed(2), goal.toFixed(2), holds ? 'holds' : 'FALLS SHORT']
}

function toDetails({ id, details = {} }: Result): string[] {
  const figures = Object.entries(details).map(([name, value]) => `${name} ${figure(value)}`)
  return figures.length === 0 ? [] : [`${id}: ${figures.join(' · ')}`]
}
