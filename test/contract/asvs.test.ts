import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const [applying = '', rest = ''] = readFileSync(`${ROOT}docs/asvs.md`, 'utf8').split('## What does not apply')

interface Row {
  id: string
  level: number
  shown: string
}

const rows: Row[] = applying.split('\n').flatMap((line) => {
  const [, id, level, shown] = /^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([^|]+) \|$/.exec(line) ?? []
  return id === undefined ? [] : [{ id, level: Number(level), shown: shown ?? '' }]
})
const proofsIn = ({ shown }: Row): [file: string, title: string][] =>
  [...shown.matchAll(/`((?:src|test)\/[\w./-]+\.test\.ts)` › (.+?)(?=<br>|$)/g)].map(([, file = '', title = '']) => [
    file,
    title,
  ])
const automated = rows.filter((row) => proofsIn(row).length > 0)

describe.each(automated.map((row) => [row.id, row] as const))('%s is shown by', (_id, row) => {
  test.each(proofsIn(row))('%s: %s', (file, title) => {
    expect(existsSync(`${ROOT}${file}`)).toBe(true)
    expect(readFileSync(`${ROOT}${file}`, 'utf8')).toContain(title)
  })
})

test('nine tenths of what applies are shown by a test, and what is not says why', () => {
  expect(rows.length).toBeGreaterThan(150)
  expect(automated.length / rows.length).toBeGreaterThanOrEqual(0.9)
  for (const row of rows.filter((one) => !automated.includes(one)))
    expect(row.shown, row.id).toMatch(/^(?:by hand|open): \S/)
})

test('every requirement of levels 1 and 2 is here once: there are 253', () => {
  const left = [...rest.matchAll(/\b\d+\.\d+\.\d+\b/g)].map(([id]) => id)
  const all = [...rows.map(({ id }) => id), ...left]
  expect(new Set(all).size).toBe(all.length)
  expect(all.length).toBe(253)
})
