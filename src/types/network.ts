import ipaddr from 'ipaddr.js'
import { z } from 'zod'

export type Address = ipaddr.IPv4 | ipaddr.IPv6
export interface Network {
  address: Address
  bits: number
}
type Reading = { network: Network; canonical: string } | { fault: string }

const octetPattern = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const dottedQuad = new RegExp(String.raw`^${octetPattern}\.${octetPattern}\.${octetPattern}\.${octetPattern}$`)
const group = /^[0-9a-f]{1,4}$/i

// Strict where ipaddr.js is not: it also takes `1.2.3`, octal and hexadecimal parts, and reads `::1.2.3.4` as if it were mapped.
function readIPv4(text: string): ipaddr.IPv4 | null {
  const parts = dottedQuad.exec(text)
  return parts && new ipaddr.IPv4(parts.slice(1).map(Number))
}

function dottedTailAsGroups(text: string): string | null {
  const tailAt = text.lastIndexOf(':') + 1
  const octets = readIPv4(text.slice(tailAt))?.octets
  const hex = octets?.map((octet) => octet.toString(16).padStart(2, '0')).join('')
  return hex === undefined ? null : `${text.slice(0, tailAt)}${hex.slice(0, 4)}:${hex.slice(4)}`
}

const groupsOf = (half: string): string[] => (half === '' ? [] : half.split(':'))

function readIPv6(text: string): ipaddr.IPv6 | null {
  const written = text.includes('.') ? dottedTailAsGroups(text) : text
  const [head = [], tail, ...more] = written?.split('::').map(groupsOf) ?? []
  const left = 8 - head.length - (tail?.length ?? 0)
  if (more.length > 0 || (tail ? left < 1 : left !== 0)) return null
  const groups = [...head, ...Array<string>(left).fill('0'), ...(tail ?? [])]
  return groups.every((part) => group.test(part)) ? new ipaddr.IPv6(groups.map((part) => parseInt(part, 16))) : null
}

const readAsWritten = (text: string): Address | null => readIPv4(text) ?? readIPv6(text)

const widthOf = (address: Address): 32 | 128 => (address instanceof ipaddr.IPv6 ? 128 : 32)

// Not ipaddr.js' isIPv4MappedAddress, which walks every special range there is.
const isMapped = ({ parts }: ipaddr.IPv6): boolean =>
  parts[5] === 0xffff && parts.slice(0, 5).every((part) => part === 0)

const unmap = (address: Address): Address =>
  address instanceof ipaddr.IPv6 && isMapped(address) ? address.toIPv4Address() : address

/**
 * An IPv4 or IPv6 address, an IPv4-mapped one as its IPv4; null for anything else, zone ids included. Its `toString` gives
 * dotted decimal or the form of RFC 5952.
 */
export function readAddress(text: string): Address | null {
  const address = readAsWritten(text)
  return address && unmap(address)
}

export const hostNetwork = (address: Address): Network => ({ address, bits: widthOf(address) })

/** The first address of the block of `bits` that `address` lies in. */
export function startOfBlock({ address, bits }: Network): Address {
  const bytes = address.toByteArray().map((byte, index) => byte & ~(0xff >> Math.min(Math.max(bits - 8 * index, 0), 8)))
  return ipaddr.fromByteArray(bytes)
}

/** The two blocks of one bit more that make up a block without host bits. */
export function halvesOf({ address, bits }: Network): Network[] {
  const upper = address.toByteArray().map((byte, index) => (index === bits >> 3 ? byte | (0x80 >> (bits & 7)) : byte))
  return [address, ipaddr.fromByteArray(upper)].map((start) => ({ address: start, bits: bits + 1 }))
}

function readBlock(written: Address, prefix: string): Reading {
  const width = widthOf(written)
  const asked = /^(?:0|[1-9][0-9]*)$/.test(prefix) ? Number(prefix) : NaN
  if (!(asked <= width)) return { fault: `Must have a prefix length from 0 to ${width}` }
  const address = unmap(written)
  const bits = asked - (width - widthOf(address))
  if (bits < 0) return { fault: 'Must be written as IPv4: an IPv4-mapped block has at least /96' }
  const canonical = `${startOfBlock({ address, bits }).toString()}/${bits}`
  if (canonical === `${address.toString()}/${bits}`) return { network: { address, bits }, canonical }
  return { fault: `Must not have bits set beyond its prefix: the block is ${canonical}` }
}

function read(text: string): Reading {
  if (text.includes('%')) return { fault: 'Must not carry a zone id' }
  const [host = '', ...prefix] = text.split('/')
  const written = readAsWritten(host)
  if (written === null) return { fault: 'Must be an IPv4 or IPv6 address or CIDR block' }
  if (prefix.length > 0) return readBlock(written, prefix.join('/'))
  const address = unmap(written)
  return { network: hostNetwork(address), canonical: address.toString() }
}

/** A CIDR block without host bits, or an address as the block of itself alone; null for anything else. */
export function readNetwork(text: string): Network | null {
  const reading = read(text)
  return 'network' in reading ? reading.network : null
}

/** Whether every address of `inner` is one of `outer`; the families never meet. */
export const contains = (outer: Network, inner: Network): boolean =>
  outer.bits <= inner.bits &&
  widthOf(outer.address) === widthOf(inner.address) &&
  inner.address.match(outer.address, outer.bits)

/** An address or CIDR block in its canonical form. */
export const addressRange = z
  .string()
  .max(64, { error: 'Must be an IPv4 or IPv6 address or CIDR block', abort: true })
  .check((checked) => {
    const reading = read(checked.value)
    if ('canonical' in reading) checked.value = reading.canonical
    else checked.issues.push({ code: 'custom', message: reading.fault, input: checked.value })
  })

/** One address in its canonical form. */
export const ipAddress = z.string().check((checked) => {
  const message = 'Must be an IPv4 or IPv6 address without a zone id'
  const address = readAddress(checked.value)
  if (address) checked.value = address.toString()
  else checked.issues.push({ code: 'custom', message, input: checked.value })
})
