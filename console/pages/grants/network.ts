import ipaddr from 'ipaddr.js'

/** What an address or a block covers, in words; or what is wrong with it. */
export function coverageOf(written: string): { covers: string } | { fault: string } {
  const [address = '', prefix] = written.split('/')
  if (!ipaddr.isValid(address) || (prefix === undefined && written.includes('/'))) return { fault: 'is no address' }
  if (prefix === undefined) return { covers: 'this address alone' }
  if (!ipaddr.isValidCIDR(written)) return { fault: 'is no block of addresses' }
  const [parsed, length] = ipaddr.parseCIDR(written)
  const kind = parsed.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  const first = kind.networkAddressFromCIDR(written).toString()
  if (first !== parsed.toString()) return { fault: `has bits set beyond its prefix; did you mean ${first}/${length}?` }
  const bits = (parsed.kind() === 'ipv4' ? 32 : 128) - length
  if (bits > 24) return { covers: `2^${bits} addresses from ${first}` }
  return { covers: `${(2 ** bits).toLocaleString('en')} addresses, ${first} to ${lastOf(parsed, bits)}` }
}

function lastOf(network: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = network.toByteArray()
  let left = bits
  for (let at = bytes.length - 1; left > 0; at--, left -= 8) {
    bytes[at] = (bytes[at] ?? 0) | (2 ** Math.min(8, left) - 1)
  }
  return ipaddr.fromByteArray(bytes).toString()
}

export const partsOf = (list: string): string[] => list.split(/[\s,;]+/).filter(Boolean)
