import { expect, test } from 'vitest'
import { figuresOf } from './rolled-figures.ts'

test('days are added up by each dimension, and quarters fall into the interval that they are in', () => {
  const days = [
    { day: '2026-11-10', counts: { 'auth.login_failed authentication failure high': 3, '@0': 1, '@74': 2, '^74': 2 } },
    {
      day: '2026-11-11',
      counts: {
        'access.used access success low': 1,
        'auth.login_failed authentication failure high': 1,
        '@73': 1,
        '@95': 1,
      },
    },
  ]
  // midnight in Kolkata
  const starts = ['2026-11-09T18:30:00.000Z', '2026-11-10T18:30:00.000Z', '2026-11-11T18:30:00.000Z']
  const figures = figuresOf(days, starts)
  const of = (dimension: string) =>
    Object.fromEntries(figures.filter((one) => one.dimension === dimension).map(({ key, total }) => [key, total]))
  expect(of('all')).toEqual({ '': 5 })
  expect(of('action')).toEqual({ 'auth.login_failed': 4, 'access.used': 1 })
  expect(of('category')).toEqual({ authentication: 4, access: 1 })
  expect(of('outcome')).toEqual({ failure: 4, success: 1 })
  expect(of('risk')).toEqual({ high: 4, low: 1 })
  expect(figures.filter(({ dimension }) => dimension === 'time')).toEqual([
    { dimension: 'time', key: starts[0], total: 1, highRisk: 0 },
    { dimension: 'time', key: starts[1], total: 3, highRisk: 2 },
    { dimension: 'time', key: starts[2], total: 1, highRisk: 0 },
  ])
})

test('of no days there are no figures', () => {
  expect(figuresOf([], ['2026-11-09T18:30:00.000Z'])).toEqual([])
})
