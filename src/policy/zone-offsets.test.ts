import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { zoneOffsets } from './zone-offsets.ts'

const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Apia']
/** The instants at which clocks changed, to the second. */
const turns: [string, string, number, number][] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z', 1, 2],
  ['Europe/Berlin', '2026-10-25T01:00:00Z', 2, 1],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 11, 10.5],
  ['Pacific/Apia', '2011-12-30T10:00:00Z', -10, 14],
]
const HOUR = 3_600_000

test.each(turns)('in %s clocks change at %s', (zone, turn, before, after) => {
  const offsets = zoneOffsets(zone)
  const at = Date.parse(turn)
  const seen = [at - 40 * 24 * HOUR, at - 1, at, at + 1, at - 1000].map((instant) => offsets?.at(instant))
  expect(seen.slice(1)).toEqual([before * HOUR, after * HOUR, after * HOUR, before * HOUR])
})

test('wall clocks stand where the platform says, whatever was asked before', () => {
  const instant = fc.integer({ min: Date.UTC(1880, 0), max: Date.UTC(2100, 0) })
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(instant, { minLength: 1 }), (zone, instants) => {
      const options = { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' } as const
      const there = new Intl.DateTimeFormat('sv-SE', options)
      const shifted = new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: 'UTC' })
      for (const at of instants) expect(shifted.format(at + (zoneOffsets(zone)?.at(at) ?? NaN))).toBe(there.format(at))
    }),
    { numRuns: 100 },
  )
})

test('what is no zone has no clocks, and what is no instant no time', () => {
  expect(zoneOffsets('Not/AZone')).toBeNull()
  expect(zoneOffsets('UTC')?.at(NaN)).toBeNull()
  expect(zoneOffsets('UTC')?.at(Date.UTC(12_000, 0))).toBeNull()
})

test('a zone is read once, however its name is written', async () => {
  vi.resetModules()
  const fresh = await import('./zone-offsets.ts')
  expect(fresh.zoneOffsets('europe/BERLIN')).toBe(fresh.zoneOffsets('Europe/Berlin'))
  expect(fresh.zoneOffsets('Not/AZone')).toBeNull()
})

test('of the last 32 stretches of 32 days what was read is known, and all of it is forgotten with one more', async () => {
  vi.resetModules()
  const fresh = await import('./zone-offsets.ts')
  const offsets = fresh.zoneOffsets('Europe/Berlin')
  const reading = vi.spyOn(Intl.DateTimeFormat.prototype as { readonly format: unknown }, 'format', 'get')
  const readsAt = (stretch: number): number => {
    reading.mockClear()
    offsets?.at((600 + stretch) * 32 * 24 * HOUR)
    return reading.mock.calls.length
  }
  for (let stretch = 0; stretch < 32; stretch++) expect(readsAt(stretch)).toBeGreaterThan(0)
  for (let stretch = 0; stretch < 32; stretch++) expect(readsAt(stretch)).toBe(0)
  expect(readsAt(32)).toBeGreaterThan(0)
  expect(readsAt(0)).toBeGreaterThan(0)
  reading.mockRestore()
})
