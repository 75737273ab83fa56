import { expect, test, vi } from 'vitest'
import { isOutsideHours } from './office-hours.ts'

test.each([
  ['2026-11-23T05:00:00Z', 'Europe/Berlin', false], // Monday, six
  ['2026-11-23T04:59:59Z', 'Europe/Berlin', true],
  ['2026-11-23T18:59:59Z', 'Europe/Berlin', false],
  ['2026-11-23T19:00:00Z', 'Europe/Berlin', true],
  ['2026-07-20T18:00:00Z', 'Europe/Berlin', true], // in summer eight o'clock comes earlier
  ['2026-11-21T12:00:00Z', 'Europe/Berlin', true], // Saturday
  ['2026-11-22T12:00:00Z', 'Europe/Berlin', true], // Sunday
  ['2026-11-22T21:30:00Z', 'Asia/Tokyo', false], // Monday there
  ['2026-11-22T23:00:00Z', 'UTC', true],
])('%s in %s: %s', (now, timezone, outside) => {
  expect(isOutsideHours(new Date(now), timezone)).toBe(outside)
})

test('a zone’s clock is made once, as making one costs more than an event', async () => {
  vi.resetModules()
  const fresh = await import('./office-hours.ts')
  const made = vi.spyOn(Intl, 'DateTimeFormat')
  for (let i = 0; i < 3; i++) fresh.isOutsideHours(new Date('2026-11-23T05:00:00Z'), 'Asia/Kathmandu')
  expect(made).toHaveBeenCalledTimes(1)
  made.mockRestore()
})
