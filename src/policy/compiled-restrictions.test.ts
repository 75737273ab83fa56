import { expect, test } from 'vitest'
import { networksContain } from './compiled-networks.ts'
import { createRestrictions } from './compiled-restrictions.ts'

test('none is written at 0, and each different one once', () => {
  const restrictions = createRestrictions()
  expect([restrictions.services(null), restrictions.addresses(null), restrictions.hours(null)]).toEqual([0, 0, 0])
  const at = restrictions.services(['siem', 'edr'])
  expect(at).toBeGreaterThan(0)
  expect(restrictions.services(['siem', 'edr'])).toBe(at)
  expect(restrictions.services(['siem'])).not.toBe(at)
  expect(restrictions.addresses([])).not.toBe(restrictions.services([]))
  expect(restrictions.count()).toBe(4)
})

test('however many there are, each is still where it was written', () => {
  const restrictions = createRestrictions()
  const written = Array.from({ length: 3000 }, (_, n) => {
    const address = `10.${n >> 8}.${n & 255}.7`
    return { n, address, services: restrictions.services([`service ${n}`]), block: restrictions.addresses([address]) }
  })
  for (const { n, address, services, block } of written) {
    expect([n, restrictions.serves(services, `service ${n}`)]).toEqual([n, true])
    expect([n, restrictions.serves(services, `service ${n + 1}`)]).toEqual([n, false])
    const [, a, b] = address.split('.').map(Number)
    const host = [(10 << 24) | ((a ?? 0) << 16) | ((b ?? 0) << 8) | 7]
    expect([n, networksContain(restrictions.words, block, host)]).toEqual([n, true])
  }
})
