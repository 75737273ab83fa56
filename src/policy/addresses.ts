import {
  contains,
  halvesOf,
  hostNetwork,
  readAddress,
  readNetwork,
  startOfBlock,
  type Network,
} from '../types/network.ts'

const compiled = new WeakMap<readonly string[], Network[]>()

// What cannot be read matches nothing, so that a list damaged in the database closes rather than opens.
function compile(list: readonly string[]): Network[] {
  const known = compiled.get(list)
  if (known) return known
  const networks = list.map(readNetwork).filter((network) => network !== null)
  compiled.set(list, networks)
  return networks
}

interface Host {
  readonly network: Network
  readonly canonical: string
}

const MAX_HOSTS = 10_000
const MAX_HOST_LENGTH = 64
const hosts = new Map<string, Host | null>()

// Reading an address costs more than all that is decided about it, and the same few come again and again.
function hostOf(raw: string): Host | null {
  const known = hosts.get(raw)
  if (known !== undefined) return known
  const address = readAddress(raw)
  const host = address && { network: hostNetwork(address), canonical: address.toString() }
  if (hosts.size >= MAX_HOSTS) hosts.clear()
  if (raw.length <= MAX_HOST_LENGTH) hosts.set(raw, host)
  return host
}

function isIn(list: readonly string[], address: string): boolean {
  const host = hostOf(address)
  return host !== null && compile(list).some((network) => contains(network, host.network))
}

/** An IPv4-mapped address as its IPv4, an IPv6 one as RFC 5952 writes it; null when it cannot be told. */
export function canonicalAddress(raw: string | undefined): string | null {
  const host = raw === undefined ? null : hostOf(raw)
  return host && host.canonical
}

/** Restrictions are read once per array, which therefore must not change. */
export const addressAllowed = (restrictions: readonly string[] | null, address: string | null): boolean =>
  restrictions === null || (address !== null && isIn(restrictions, address))

interface Hops {
  peer: string | undefined
  forwardedFor: string | undefined
  trustedProxies: readonly string[]
}

// Some proxies append the port: 203.0.113.9:4711, [2001:db8::9]:4711.
const withPort = /^(?:\[([^\]]+)\]|([0-9.]+))(?::[0-9]{1,5})?$/

function addressOfHop(hop: string): string | null {
  const parts = withPort.exec(hop)
  return canonicalAddress(parts?.[1] ?? parts?.[2] ?? hop)
}

/**
 * Whoever the nearest trusted proxy says it spoke with: X-Forwarded-For is walked from the right for as long as the hop that
 * wrote the entry is trusted, so that a caller's own entries are never reached. Null when a hop on that way cannot be told.
 */
export function clientAddress({ peer, forwardedFor, trustedProxies }: Hops): string | null {
  const hops = forwardedFor?.split(',') ?? []
  let address = canonicalAddress(peer)
  while (address !== null && isIn(trustedProxies, address)) {
    const hop = hops.pop()
    if (hop === undefined) break
    address = addressOfHop(hop.trim())
  }
  return address
}

/** One budget for whatever one subscriber holds: an IPv4 address, an IPv6 /64. */
export function rateLimitKey(address: string | null): string {
  const read = address === null ? null : readAddress(address)
  if (read === null) return 'unknown'
  const { bits } = hostNetwork(read)
  return bits === 32 ? read.toString() : `${startOfBlock({ address: read, bits: 64 }).toString()}/64`
}

function covers(outer: Network[], inner: Network): boolean {
  if (outer.some((network) => contains(network, inner))) return true
  const within = outer.filter((network) => contains(inner, network))
  return within.length > 1 && halvesOf(inner).every((half) => covers(within, half))
}

/** Whether every address that `inner` allows is one that `outer` allows, also when only several of its blocks together cover one. */
export const addressesWithin = (outer: readonly string[], inner: readonly string[]): boolean =>
  compile(inner).every((network) => covers(compile(outer), network))
