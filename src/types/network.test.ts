import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { addressRange, contains, halvesOf, ipAddress, readAddress, readNetwork } from './network.ts'

const canonical = (text: string): string | null => readAddress(text)?.toString() ?? null
const faultsOf = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ message }) => message)

const loose = fc
  .array(
    fc.constantFrom(':', '::', '.', '%', '/', '0', '1', '9', '10', '255', '256', '01', '0x1', 'f', 'FFFF', 'ffff:'),
    {
      maxLength: 18,
    },
  )
  .map((parts) => parts.join(''))

describe('reading one address', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s is %s', (written, meant) => expect(canonical(written)).toBe(meant))

  test.each(['::ffff:203.0.113.9', '::FFFF:cb00:7109', '0:0:0:0:0:ffff:cb00:7109', '0::ffff:203.0.113.9'])(
    '%s, an IPv4-mapped address, is its IPv4',
    (written) => expect(canonical(written)).toBe('203.0.113.9'),
  )

  test.each([
    ['::203.0.113.9', '::cb00:7109'],
    ['::1:ffff:203.0.113.9', '::1:ffff:cb00:7109'],
    ['::ffff:0:203.0.113.9', '::ffff:0:cb00:7109'],
    ['1::ffff:203.0.113.9', '1::ffff:cb00:7109'],
    ['::fffe:203.0.113.9', '::fffe:cb00:7109'],
  ])('%s is not taken for an IPv4-mapped address', (written, meant) => expect(canonical(written)).toBe(meant))

  test.each([
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '256.1.1.1',
    '1.1.1.256',
    '01.2.3.4',
    '1.2.3.04',
    '0x7f.0.0.1',
    '2130706433',
    '127.1',
    '1.2.3.4 ',
    '1.2.3.4\n',
    '1.2.3.4/32',
    '1.2.3.4:80',
    '-1.2.3.4',
    '１.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    '::00001',
    '::g',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4::5:6:7:8',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    ':1::2',
    '1::2:',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::ffff:1.2.3',
    '::ffff:01.2.3.4',
    '::ffff:256.1.1.1',
    '::1.2.3.4:1',
    '1.2.3.4::',
    '[::1]',
    'fe80::1%eth0',
    'fe80::1%',
    '::ffff:1.2.3.4%1',
    'unknown',
    'localhost',
  ])('%j is no address', (written) => expect(canonical(written)).toBeNull())

  test('is as strict as the operating system, zone ids apart', () => {
    const real = fc.oneof(fc.ipV4(), fc.ipV6())
    fc.assert(
      fc.property(fc.oneof(loose, real), (text) => {
        expect(readAddress(text) !== null).toBe(isIP(text) !== 0 && !text.includes('%'))
      }),
      { numRuns: 3000 },
    )
  })

  test('agrees with how the URL standard writes an IPv6 address, mapped ones apart', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const written = new URL(`http://[${text}]/`).hostname.slice(1, -1)
        const mapped = /^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(written)
        expect(mapped ? written : canonical(text)).toBe(written)
      }),
      { numRuns: 2000 },
    )
  })
})

const prefixFault = (width: number) => [`Must have a prefix length from 0 to ${width}`]

describe('an address range', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9/32', '203.0.113.9/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.128/25', '203.0.113.128/25'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8:8000::/33', '2001:db8:8000::/33'],
    ['2001:db8::1/128', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['::ffff:203.0.113.9/128', '203.0.113.9/32'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
  ])('%s is stored as %s', (written, stored) => {
    expect(addressRange.parse(written)).toBe(stored)
    expect(addressRange.parse(stored)).toBe(stored)
  })

  test.each([
    ['203.0.113.9/24', '203.0.113.0/24'],
    ['203.0.113.1/31', '203.0.113.0/31'],
    ['0.0.0.1/0', '0.0.0.0/0'],
    ['2001:db8::1/127', '2001:db8::/127'],
    ['2001:db8:8000::/32', '2001:db8::/32'],
    ['::ffff:203.0.113.9/120', '203.0.113.0/24'],
  ])('refuses %s, which has host bits, and names the block', (written, block) => {
    expect(faultsOf(addressRange, written)).toEqual([`Must not have bits set beyond its prefix: the block is ${block}`])
  })

  test.each(['', '33', '032', '08', '-1', '+8', '8.0', '1e1', ' 8', '8 ', '8/8', '255.0.0.0', '999', '0x8'])(
    'refuses the IPv4 prefix %j',
    (prefix) => expect(faultsOf(addressRange, `0.0.0.0/${prefix}`)).toEqual(prefixFault(32)),
  )

  test.each(['129', '', '1000'])('refuses the IPv6 prefix %j', (prefix) => {
    expect(faultsOf(addressRange, `::/${prefix}`)).toEqual(prefixFault(128))
    expect(faultsOf(addressRange, `::ffff:1.2.3.4/${prefix}`)).toEqual(prefixFault(128))
  })

  test.each(['::ffff:0:0/95', '::ffff:10.0.0.0/8', '::ffff:0:0/0'])(
    'refuses %s, which would turn into every address there is',
    (written) =>
      expect(faultsOf(addressRange, written)).toEqual([
        'Must be written as IPv4: an IPv4-mapped block has at least /96',
      ]),
  )

  test.each(['fe80::1%eth0', 'fe80::%1/64', 'fe80::/64%1', '::ffff:1.2.3.4%1'])(
    'refuses the zone id of %s',
    (written) => {
      expect(faultsOf(addressRange, written)).toEqual(['Must not carry a zone id'])
    },
  )

  test.each([
    '',
    '*',
    '1.2.3',
    '10.0.0.0-10.0.0.9',
    '10.0.0.*',
    '/8',
    'example.com',
    '1'.repeat(65),
    'x'.repeat(100_000),
  ])('refuses %.40s, which is neither address nor block', (written) =>
    expect(faultsOf(addressRange, written)).toEqual(['Must be an IPv4 or IPv6 address or CIDR block']),
  )

  test('that is refused is also not read', () => {
    expect(readNetwork('10.0.0.1/8')).toBeNull()
    expect(readNetwork('10.0.0.0/8')?.bits).toBe(8)
  })

  test('keeps its canonical form when it is written and read again', () => {
    const block = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.option(fc.nat(128), { nil: undefined }))
    fc.assert(
      fc.property(block, ([address, prefix]) => {
        const first = addressRange.safeParse(prefix === undefined ? address : `${address}/${prefix}`)
        if (first.success) expect(addressRange.parse(first.data)).toBe(first.data)
      }),
    )
  })
})

test('the one address of a question is stored canonical, a block or a zone id refused', () => {
  expect(ipAddress.parse('::ffff:203.0.113.9')).toBe('203.0.113.9')
  expect(ipAddress.parse('2001:DB8::1')).toBe('2001:db8::1')
  for (const written of ['10.0.0.0/8', 'fe80::1%1', ''])
    expect(faultsOf(ipAddress, written)).toEqual(['Must be an IPv4 or IPv6 address without a zone id'])
})

const halves = (text: string): string[] => {
  const network = readNetwork(text)
  return network ? halvesOf(network).map(({ address, bits }) => `${address.toString()}/${bits}`) : []
}

test('a block is the sum of its halves', () => {
  expect(halves('0.0.0.0/0')).toEqual(['0.0.0.0/1', '128.0.0.0/1'])
  expect(halves('10.0.0.0/8')).toEqual(['10.0.0.0/9', '10.128.0.0/9'])
  expect(halves('10.0.0.8/31')).toEqual(['10.0.0.8/32', '10.0.0.9/32'])
  expect(halves('2001:db8::/47')).toEqual(['2001:db8::/48', '2001:db8:1::/48'])
  expect(halves('2001:db8::/127')).toEqual(['2001:db8::/128', '2001:db8::1/128'])
})

test('a block holds itself and what is smaller within it, never one of the other family', () => {
  const holds = (outer: string, inner: string): boolean => {
    const [a, b] = [readNetwork(outer), readNetwork(inner)]
    return a !== null && b !== null && contains(a, b)
  }
  expect(holds('10.0.0.0/8', '10.0.0.0/8')).toBe(true)
  expect(holds('10.0.0.0/8', '10.255.0.0/16')).toBe(true)
  expect(holds('10.0.0.0/8', '10.0.0.0/7')).toBe(false)
  expect(holds('10.0.0.0/8', '11.0.0.0/16')).toBe(false)
  expect(holds('0.0.0.0/0', '::/0')).toBe(false)
  expect(holds('::/0', '10.0.0.0/8')).toBe(false)
})

test('both can say in JSON Schema what they take', () => {
  expect(z.toJSONSchema(addressRange, { io: 'input' })).toMatchObject({ type: 'string', maxLength: 64 })
  expect(z.toJSONSchema(ipAddress, { io: 'input' })).toMatchObject({ type: 'string' })
})
