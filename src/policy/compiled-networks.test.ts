import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contains, hostNetwork, readAddress, readNetwork } from '../types/network.ts'
import { hostWords, networksContain, writeNetworks } from './compiled-networks.ts'

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const groupsOf = (bytes: Uint8Array): string =>
  Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16)).join(':')
const textOf = (bytes: Uint8Array): string => (bytes.length === 4 ? bytes.join('.') : groupsOf(bytes))

/** Without host bits. */
function blockOf(bytes: Uint8Array, bits: number): string {
  const start = bytes.map((byte, i) => byte & ~(0xff >> Math.min(Math.max(bits - 8 * i, 0), 8)))
  return `${textOf(start)}/${bits}`
}

/** The same address but for one bit. */
function neighbourOf(bytes: Uint8Array, bit: number): string {
  return textOf(bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte)))
}

const anyHost = fc.oneof(
  fc.record({ bytes: bytesOf(4), bits: fc.integer({ min: 0, max: 32 }), bit: fc.integer({ min: 0, max: 31 }) }),
  fc.record({ bytes: bytesOf(16), bits: fc.integer({ min: 0, max: 128 }), bit: fc.integer({ min: 0, max: 127 }) }),
)

function written(blocks: readonly string[], before: readonly number[] = []): { words: Int32Array; at: number } {
  const words = [...before]
  writeNetworks(blocks, words)
  return { words: Int32Array.from(words), at: before.length }
}

const isIn = (address: string, { words, at }: { words: Int32Array; at: number }): boolean =>
  networksContain(words, at, hostWords(address) ?? [])

const isInByRule = (address: string, blocks: readonly string[]): boolean =>
  blocks.some((block) => {
    const [host, network] = [readAddress(address), readNetwork(block)]
    return host !== null && network !== null && contains(network, hostNetwork(host))
  })

test('a host is in one of any number of blocks of either kind, or in none, as it is by the rule', () => {
  fc.assert(
    fc.property(fc.array(anyHost, { maxLength: 5 }), fc.array(fc.integer(), { maxLength: 9 }), (hosts, before) => {
      const blocks = hosts.map(({ bytes, bits }) => blockOf(bytes, bits))
      const compiled = written(blocks, before)
      for (const { bytes, bit } of hosts)
        for (const address of [textOf(bytes), neighbourOf(bytes, bit)])
          expect([address, isIn(address, compiled)]).toEqual([address, isInByRule(address, blocks)])
    }),
    { numRuns: 3000 },
  )
})

describe.each(['198.51.100.0/25', '2001:db8:1:2:3::/80', '2001:db8::/33'])('%s', (block) => {
  const bits = Number(block.split('/')[1])
  const bytes = Uint8Array.from(readNetwork(block)?.address.toByteArray() ?? [])

  test('holds whoever differs behind its prefix alone', () => {
    const compiled = written([block])
    for (let bit = 0; bit < 8 * bytes.length; bit++)
      expect([bit, isIn(neighbourOf(bytes, bit), compiled)]).toEqual([bit, bit >= bits])
  })

  test('is found in last place too, and what follows it is not read', () => {
    const others = ['192.0.2.1', '2001:db9::1', '192.0.2.2', '2001:db9::2']
    expect(isIn(textOf(bytes), written([...others, block]))).toBe(true)
    const { words, at } = written(others)
    const behind = Int32Array.from([...words, ...written([block]).words])
    expect(isIn(textOf(bytes), { words: behind, at })).toBe(false)
  })
})

test('what cannot be read holds nobody, and harms no other', () => {
  const damaged = ['', 'x', '192.0.2.0/33', `192.0.2.0/${'0'.repeat(70)}24`, 7, null, [], {}] as string[]
  expect(isIn('192.0.2.7', written(damaged))).toBe(false)
  expect(isIn('192.0.2.7', written([...damaged, '192.0.2.0/24']))).toBe(true)
})

test('who cannot be told has no words', () => {
  for (const address of [null, '', 'x', '192.0.2', 'fe80::1%eth0', '1'.repeat(70)])
    expect(hostWords(address)).toBeNull()
  expect(hostWords('192.0.2.7')).toEqual([0xc0000207 | 0])
  expect(hostWords('::ffff:192.0.2.7')).toEqual([0xc0000207 | 0])
  expect(hostWords('2001:db8::7')).toEqual([0x20010db8, 0, 0, 7])
})
