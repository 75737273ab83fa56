import { readAddress, readNetwork } from '../types/network.ts'
import type { Address, Network } from '../types/network.ts'
import { remembering } from './remembering.ts'

// Written as numbers: how many IPv4 blocks, each as base and mask, then how many IPv6 blocks, each as four words and its bits.

/** One word for IPv4, four for IPv6. */
export type HostWords = readonly number[]

const NARROW = 2
const WIDE = 5
const MAX_KNOWN = 10_000
/** Longer than any address; what is longer is nobody's, and not remembered. */
const MAX_LENGTH = 64

/** Null when the address cannot be told. */
export const hostWords = (address: string | null): HostWords | null =>
  address === null || address.length > MAX_LENGTH ? null : hostOf(address)

const hostOf = remembering(MAX_KNOWN, (text: string): HostWords | null => {
  const address = readAddress(text)
  return address && wordsOf(address)
})

function wordsOf(address: Address): number[] {
  const bytes = address.toByteArray()
  const words: number[] = []
  for (let i = 0; i < bytes.length; i += 4)
    words.push(((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0))
  return words
}

/** The leading `bits` of a word; all of them from 32 on, none up to 0. */
const mask = (bits: number): number => (bits >= 32 ? -1 : ~(-1 >>> Math.max(bits, 0)))

const blockAt = remembering(MAX_KNOWN, (text: string): HostWords | null => {
  const network = readNetwork(text)
  return network && blockOf(network)
})

function blockOf({ address, bits }: Network): number[] {
  const words = wordsOf(address)
  return words.length === 1 ? [...words, mask(bits)] : [...words, bits]
}

/** What cannot be read matches nothing. */
export function writeNetworks(list: readonly string[], into: number[]): void {
  const blocks = list.map((text) => (typeof text === 'string' && text.length <= MAX_LENGTH ? blockAt(text) : null))
  for (const size of [NARROW, WIDE]) {
    const countAt = into.push(0) - 1
    for (const block of blocks) {
      if (block?.length !== size) continue
      for (const word of block) into.push(word)
      into[countAt] = (into[countAt] ?? 0) + 1
    }
  }
}

/** Whether one of the blocks written at `at` contains the host. */
export function networksContain(words: Int32Array, at: number, host: HostWords): boolean {
  const wideAt = at + 1 + NARROW * (words[at] ?? 0)
  return host.length === 1 ? anyNarrow(words, at, host) : anyWide(words, wideAt, host)
}

function anyNarrow(words: Int32Array, at: number, host: HostWords): boolean {
  const address = host[0] ?? 0
  const end = at + 1 + NARROW * (words[at] ?? 0)
  for (let i = at + 1; i < end; i += NARROW) if ((address & (words[i + 1] ?? -1)) === words[i]) return true
  return false
}

function anyWide(words: Int32Array, at: number, host: HostWords): boolean {
  const end = at + 1 + WIDE * (words[at] ?? 0)
  for (let i = at + 1; i < end; i += WIDE) if (isInside(words, i, host)) return true
  return false
}

function isInside(words: Int32Array, at: number, host: HostWords): boolean {
  const bits = words[at + 4] ?? 128
  for (let word = 0; word < 4; word++)
    if ((((host[word] ?? 0) ^ (words[at + word] ?? 0)) & mask(bits - 32 * word)) !== 0) return false
  return true
}
