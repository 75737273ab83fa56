import { describe, expect, test } from 'vitest'
import { figuresOf } from './rolled-figures.ts'
import type { RolledDay } from './rolled-figures.ts'

const figure = (dimension: string, key: string, total: number, highRisk = 0) => ({ dimension, key, total, highRisk })
const starts = ['2026-11-22T23:00:00.000Z', '2026-11-23T01:00:00.000Z', '2026-11-23T13:00:00.000Z']
const day = (counts: RolledDay['counts'], date = '2026-11-23'): RolledDay => ({ day: date, counts })

test('nothing has no figures', () => {
  expect(figuresOf([], starts)).toEqual([])
  expect(figuresOf([day({})], [])).toEqual([])
})

test('what was counted of a kind counts for all, its action, category, outcome and risk', () => {
  expect(figuresOf([day({ 'user.updated user success low': 3 })], starts)).toEqual([
    figure('all', '', 3),
    figure('action', 'user.updated', 3),
    figure('category', 'user', 3),
    figure('outcome', 'success', 3),
    figure('risk', 'low', 3),
  ])
})

test('figures of one key are added up, over kinds and over days', () => {
  const kinds = { 'user.updated user success low': 3, 'user.deleted user denied low': 4, '#ada': 2 }
  const figures = figuresOf([day(kinds), day(kinds, '2026-11-24')], starts)
  expect(figures).toContainEqual(figure('all', '', 14))
  expect(figures).toContainEqual(figure('category', 'user', 14))
  expect(figures).toContainEqual(figure('outcome', 'denied', 8))
  expect(figures).toContainEqual(figure('actor', 'ada', 4))
  expect(figures).toHaveLength(8)
})

describe('quarters go to the interval that they lie in', () => {
  const intervalOf = (quarter: number) => figuresOf([day({ [`@${quarter}`]: 1 })], starts).map(({ key }) => key)

  test.each([
    [0, starts[0]],
    [3, starts[0]],
    [4, starts[1]],
    [51, starts[1]],
    [52, starts[2]],
    [95, starts[2]],
  ])('%d', (quarter, start) => expect(intervalOf(quarter)).toEqual([start]))

  test('or to none, where all begin later', () => {
    expect(figuresOf([day({ '@0': 1 }, '2026-11-22')], starts)).toEqual([figure('time', '', 1)])
  })

  test('all of them and those of high risk side by side', () => {
    expect(figuresOf([day({ '@4': 5, '@5': 6, '^5': 2, '^52': 1 })], starts)).toEqual([
      figure('time', starts[1] ?? '', 11, 2),
      figure('time', starts[2] ?? '', 0, 1),
    ])
  })
})

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
  const midnights = ['2026-11-09T18:30:00.000Z', '2026-11-10T18:30:00.000Z', '2026-11-11T18:30:00.000Z']
  const figures = figuresOf(days, midnights)
  const of = (dimension: string) =>
    figures
      .filter((one) => one.dimension === dimension)
      .reduce<Record<string, number>>((sums, { key, total }) => ({ ...sums, [key]: (sums[key] ?? 0) + total }), {})
  expect(of('all')).toEqual({ '': 5 })
  expect(of('action')).toEqual({ 'auth.login_failed': 4, 'access.used': 1 })
  expect(of('category')).toEqual({ authentication: 4, access: 1 })
  expect(of('outcome')).toEqual({ failure: 4, success: 1 })
  expect(of('risk')).toEqual({ high: 4, low: 1 })
  expect(figures.filter(({ dimension }) => dimension === 'time')).toEqual([
    { dimension: 'time', key: midnights[0], total: 1, highRisk: 0 },
    { dimension: 'time', key: midnights[1], total: 3, highRisk: 2 },
    { dimension: 'time', key: midnights[2], total: 1, highRisk: 0 },
  ])
})
