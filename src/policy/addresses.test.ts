import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressAllowed, addressesWithin, canonicalAddress, clientAddress, rateLimitKey } from './addresses.ts'

// The oracle reads addresses by itself and compares them as numbers, digit by digit in base two.
function bitsOf(address: string): string {
  if (!address.includes(':')) return address.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('') // prettier-ignore
  const [head = '', tail = ''] = address.split('::').map((half) => half.split(':').map((part) => part && parseInt(part, 16).toString(2).padStart(16, '0')).join('')) // prettier-ignore
  return head + tail.padStart(128 - head.length, '0')
}
const number = (bits: string): bigint => BigInt(`0b${bits}`)
function insideByNumber(block: string, address: string): boolean {
  const [base = '', prefix = ''] = block.split('/')
  const [baseBits, addressBits] = [bitsOf(base), bitsOf(address)]
  const shift = BigInt(baseBits.length - Number(prefix))
  return baseBits.length === addressBits.length && number(baseBits) >> shift === number(addressBits) >> shift
}

const toIPv4 = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
const toIPv6 = (value: bigint): string =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':')

const blockV4 = fc
  .tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }))
  .map(([value, bits]) => `${toIPv4(bits === 0 ? 0 : (value & (-1 << (32 - bits))) >>> 0)}/${bits}`)
const blockV6 = fc
  .tuple(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.integer({ min: 0, max: 128 }))
  .map(([value, bits]) => `${canonicalAddress(toIPv6((value >> BigInt(128 - bits)) << BigInt(128 - bits)))}/${bits}`)
  .filter((block) => !block.includes('.'))

/** Addresses at and just beyond the edges of the block, where a wrong comparison shows. */
function edgesOf(block: string): string[] {
  const [base = '', prefix = ''] = block.split('/')
  const bits = bitsOf(base)
  const first = number(bits)
  const last = first + (1n << BigInt(bits.length - Number(prefix))) - 1n
  const wrap = 1n << BigInt(bits.length)
  const write = (value: bigint) => (bits.length === 32 ? toIPv4(Number(value)) : canonicalAddress(toIPv6(value)))
  return [first, last, first - 1n, last + 1n]
    .map((value) => write((value + wrap) % wrap))
    .filter((text) => text !== null)
}

describe('the canonical address', () => {
  test('of an IPv4-mapped one is its IPv4, of an IPv6 one the form of RFC 5952', () => {
    expect(canonicalAddress('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(canonicalAddress('203.0.113.9')).toBe('203.0.113.9')
    expect(canonicalAddress('2001:DB8:0:0::1')).toBe('2001:db8::1')
  })

  test.each([undefined, '', 'unknown', '010.0.0.1', '1.2.3', 'fe80::1%eth0', '10.0.0.0/8'])(
    'of %j cannot be told',
    (raw) => {
      expect(canonicalAddress(raw)).toBeNull()
    },
  )
})

describe('an address restriction', () => {
  test('that is absent allows any address, also one that cannot be told', () => {
    expect(addressAllowed(null, '203.0.113.9')).toBe(true)
    expect(addressAllowed(null, null)).toBe(true)
  })

  test.each([null, '', 'unknown', '203.0.113.09', 'fe80::1%eth0', '203.0.113.0/24'])(
    'refuses %j, which tells no address',
    (address) => {
      expect(addressAllowed(['0.0.0.0/0', '::/0'], address)).toBe(false)
    },
  )

  test('allows from the first to the last address of any of its blocks', () => {
    const restrictions = ['198.51.100.7', '203.0.113.64/26', '2001:db8:1::/48']
    for (const inside of ['198.51.100.7', '203.0.113.64', '203.0.113.127', '2001:db8:1::', '2001:db8:1:ffff::ffff'])
      expect(addressAllowed(restrictions, inside)).toBe(true)
    for (const outside of [
      '198.51.100.6',
      '198.51.100.8',
      '203.0.113.63',
      '203.0.113.128',
      '2001:db8:0:ffff::',
      '2001:db8:2::',
    ])
      expect(addressAllowed(restrictions, outside)).toBe(false)
  })

  test('matches an IPv4-mapped caller as IPv4, and a mapped block too', () => {
    expect(addressAllowed(['203.0.113.0/24'], '::ffff:203.0.113.9')).toBe(true)
    expect(addressAllowed(['::ffff:203.0.113.0/120'], '203.0.113.9')).toBe(true)
    expect(addressAllowed(['::/0'], '::ffff:203.0.113.9')).toBe(false)
  })

  test('of every IPv4 address allows no IPv6 one, and the reverse', () => {
    expect(addressAllowed(['0.0.0.0/0'], '255.255.255.255')).toBe(true)
    expect(addressAllowed(['0.0.0.0/0'], '::1')).toBe(false)
    expect(addressAllowed(['::/0'], 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(true)
    expect(addressAllowed(['::/0'], '10.0.0.1')).toBe(false)
  })

  test('of one IPv6 address allows just that', () => {
    expect(addressAllowed(['2001:db8::1/128'], '2001:db8::1')).toBe(true)
    expect(addressAllowed(['2001:db8::1/128'], '2001:db8::')).toBe(false)
  })

  test('that is empty or damaged allows nobody', () => {
    expect(addressAllowed([], '203.0.113.9')).toBe(false)
    expect(addressAllowed(['', '203.0.113.9/24', '203.0.113', '*'], '203.0.113.9')).toBe(false)
    expect(addressAllowed(['*', '203.0.113.9'], '203.0.113.9')).toBe(true)
  })

  test('is compared as a number, at every edge of every block', () => {
    fc.assert(
      fc.property(fc.oneof(blockV4, blockV6), (block) => {
        for (const address of edgesOf(block))
          expect([address, addressAllowed([block], address)]).toEqual([address, insideByNumber(block, address)])
      }),
      { numRuns: 1000 },
    )
  })

  test('says the same each time it is asked', () => {
    const restrictions = ['203.0.113.0/24']
    for (const address of ['203.0.113.9', '203.0.114.9', '203.0.113.9'])
      expect(addressAllowed(restrictions, address)).toBe(address === '203.0.113.9')
  })
})

describe('the address of a caller', () => {
  const trustedProxies = ['10.0.0.0/8', '2001:db8:ffff::/48']
  const from = (peer: string | undefined, forwardedFor?: string) =>
    clientAddress({ peer, forwardedFor, trustedProxies })

  test('is the peer when nothing was forwarded', () => {
    expect(from('203.0.113.9')).toBe('203.0.113.9')
    expect(from('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(from('10.0.0.1')).toBe('10.0.0.1')
  })

  test('is the peer when the peer is not trusted, whatever it forged', () => {
    expect(from('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9')
    expect(from('203.0.113.9', '198.51.100.1, 10.0.0.1')).toBe('203.0.113.9')
    expect(from('203.0.113.9', 'rubbish')).toBe('203.0.113.9')
    expect(clientAddress({ peer: '10.0.0.1', forwardedFor: '198.51.100.1', trustedProxies: [] })).toBe('10.0.0.1')
  })

  test('is what the nearest trusted proxy wrote, not what the caller wrote before it', () => {
    expect(from('10.0.0.1', '203.0.113.9')).toBe('203.0.113.9')
    expect(from('::ffff:10.0.0.1', '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9')
    expect(from('10.0.0.1', '10.0.0.7,198.51.100.1,203.0.113.9')).toBe('203.0.113.9')
    expect(from('10.0.0.1', 'rubbish, , 203.0.113.9')).toBe('203.0.113.9')
  })

  test('lies behind a whole chain of trusted proxies', () => {
    expect(from('10.0.0.1', '198.51.100.1, 203.0.113.9 ,10.0.0.3,\t2001:DB8:ffff::2')).toBe('203.0.113.9')
    expect(from('2001:db8:ffff::1', '2001:db8::9, 10.0.0.2')).toBe('2001:db8::9')
  })

  test('is the furthest proxy when all of them are trusted', () => {
    expect(from('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3')
  })

  test.each([
    '',
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.09',
    'fe80::1%1',
    '203.0.113.9, ',
    '203.0.113.9, unknown, 10.0.0.2',
  ])('cannot be told when a trusted proxy wrote %j', (forwardedFor) =>
    expect(from('10.0.0.1', forwardedFor)).toBeNull(),
  )

  test.each([undefined, '', '/run/socket', 'fe80::1%eth0'])('cannot be told when the peer is %j', (peer) => {
    expect(from(peer, '203.0.113.9')).toBeNull()
  })

  test.each([
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::9]:4711', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['[::ffff:203.0.113.9]:80', '203.0.113.9'],
  ])('is told from %s, which has the port of some proxies', (hop, address) =>
    expect(from('10.0.0.1', hop)).toBe(address),
  )

  test.each([
    '203.0.113.9:',
    '203.0.113.9:471100',
    '203.0.113.9:x',
    '[2001:db8::9',
    '2001:db8::9]',
    '[]',
    'x[2001:db8::9]',
    '[2001:db8::9]x',
    '1203.0.113.9:80',
  ])('cannot be told from %s', (hop) => expect(from('10.0.0.1', hop)).toBeNull())

  test('never is one that the caller chose, whatever it sends through however many proxies', () => {
    const proxies = fc.array(
      fc.nat(255).map((last) => `10.0.0.${last}`),
      { minLength: 1, maxLength: 4 },
    )
    const forged = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('', 'x', '10.0.0.9', '"')), { maxLength: 4 })
    fc.assert(
      fc.property(proxies, forged, ([peer, ...others], lies) => {
        expect(from(peer, [...lies, '203.0.113.9', ...others].join(', '))).toBe('203.0.113.9')
      }),
    )
  })
})

describe('the budget of an address', () => {
  test('is its own for IPv4, however it is written', () => {
    expect(rateLimitKey('203.0.113.9')).toBe('203.0.113.9')
    expect(rateLimitKey('::ffff:203.0.113.9')).toBe('203.0.113.9')
  })

  test('is shared by the /64 for IPv6', () => {
    expect(rateLimitKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(rateLimitKey('2001:db8:1:2::')).toBe('2001:db8:1:2::/64')
    expect(rateLimitKey('2001:db8:1:2:8000::')).toBe('2001:db8:1:2::/64')
    expect(rateLimitKey('2001:db8:1:3::')).toBe('2001:db8:1:3::/64')
    expect(rateLimitKey('::1')).toBe('::/64')
  })

  test('is shared by all that cannot be told', () => {
    expect(rateLimitKey(null)).toBe('unknown')
    expect(rateLimitKey('fe80::1%eth0')).toBe('unknown')
  })
})

describe('addresses within others', () => {
  test.each([
    [['10.0.0.0/8'], ['10.0.0.0/8']],
    [['10.0.0.0/8'], ['10.1.2.3', '10.255.0.0/16']],
    [['10.0.0.0/9', '10.128.0.0/9'], ['10.0.0.0/8']],
    [['10.0.0.0/10', '10.64.0.0/10', '10.128.0.0/10', '10.192.0.0/11', '10.224.0.0/11'], ['10.0.0.0/8']],
    [['2001:db8::/128', '2001:db8::1'], ['2001:db8::/127']],
    [['0.0.0.0/1', '128.0.0.0/1'], ['0.0.0.0/0']],
    [['::/0'], ['2001:db8::/32']],
    [['198.51.100.7'], ['198.51.100.7/32']],
  ])('%j holds all of %j', (outer, inner) => expect(addressesWithin(outer, inner)).toBe(true))

  test.each([
    [['10.0.0.0/8'], ['10.0.0.0/7']],
    [['10.0.0.0/8'], ['10.1.2.3', '11.0.0.0']],
    [['10.0.0.0/9', '10.128.0.0/10'], ['10.0.0.0/8']],
    [['10.0.0.0/9', '10.0.0.0/10'], ['10.0.0.0/8']],
    [['10.0.0.0/32', '10.0.0.2/32'], ['10.0.0.0/31']],
    [['0.0.0.0/0'], ['::/0']],
    [['::/0'], ['10.0.0.1']],
  ])('%j does not hold all of %j', (outer, inner) => expect(addressesWithin(outer, inner)).toBe(false))

  test('by blocks is the same as by each single address', () => {
    const small = fc
      .tuple(fc.nat(15), fc.integer({ min: 28, max: 32 }))
      .map(([last, bits]) => `10.0.0.${last & (-1 << (32 - bits))}/${bits}`)
    const list = fc.array(small, { minLength: 1, maxLength: 8 })
    const all = Array.from({ length: 16 }, (_, last) => `10.0.0.${last}`)
    fc.assert(
      fc.property(list, list, (outer, inner) => {
        const escaped = all.filter((address) => addressAllowed(inner, address) && !addressAllowed(outer, address))
        expect(addressesWithin(outer, inner)).toBe(escaped.length === 0)
      }),
      { numRuns: 1000 },
    )
  })
})
