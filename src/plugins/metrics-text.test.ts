import { expect, test } from 'vitest'
import { createHistogram, textOf } from './metrics-text.ts'

test('a family is told with its help, its type and a line a sample', () => {
  const samples = [{ value: 3 }, { labels: { state: 'idle' }, value: 1.5 }]
  expect(textOf([{ name: 'things', help: 'How many.', type: 'gauge', samples }])).toBe(
    '# HELP things How many.\n# TYPE things gauge\nthings 3\nthings{state="idle"} 1.5\n',
  )
})

test('a label cannot end its line or its value', () => {
  const samples = [{ labels: { route: 'a"b\\c\nd' }, value: 1 }]
  expect(textOf([{ name: 'x', help: '', type: 'counter', samples }])).toContain('x{route="a\\"b\\\\c\\nd"} 1\n')
})

test('buckets are cumulative, their bound is in them, and the last one holds all', () => {
  const histogram = createHistogram([0.1, 1])
  for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.observe({ method: 'GET' }, seconds)
  const told = histogram.samples().map(({ suffix, labels, value }) => [suffix, labels?.['le'] ?? '', value])
  expect(told).toEqual([
    ['_bucket', '0.1', 2],
    ['_bucket', '1', 3],
    ['_bucket', '+Inf', 4],
    ['_sum', '', 7.65],
    ['_count', '', 4],
  ])
})

test('each set of labels has a series of its own', () => {
  const histogram = createHistogram([1])
  histogram.observe({ method: 'GET' }, 1)
  histogram.observe({ method: 'POST' }, 1)
  histogram.observe({ method: 'GET' }, 1)
  const counts = histogram.samples().filter(({ suffix }) => suffix === '_count')
  expect(counts.map(({ labels, value }) => [labels?.['method'], value])).toEqual([
    ['GET', 2],
    ['POST', 1],
  ])
})
