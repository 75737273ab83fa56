import type { TimeRestrictions } from '../types/restrictions.ts'
import { writeHours } from './compiled-hours.ts'
import { writeNetworks } from './compiled-networks.ts'
import { createNumbers } from './numbers.ts'

/**
 * The restrictions of any number of grants, each different one written once: most grants share theirs with others, and what is shared is
 * mostly still in the processor's cache. Each answers where it is written in `words`; 0, where nothing is, for none.
 */
export interface Restrictions {
  /** Another array once it was too short for all. */
  readonly words: Int32Array
  services(names: readonly string[] | null): number
  addresses(blocks: readonly string[] | null): number
  hours(hours: TimeRestrictions | null): number
  /** Whether the service is one of those written there. */
  serves(at: number, service: string): boolean
  /** How many different ones were ever seen. */
  count(): number
}

export function createRestrictions(): Restrictions {
  const places = new Map<string, number>()
  const services = createNumbers()
  let words = new Int32Array(1024)
  let end = 1

  function placeOf(key: string, write: (into: number[]) => void): number {
    const known = places.get(key)
    if (known !== undefined) return known
    const written: number[] = []
    write(written)
    const at = end
    end += written.length
    if (end > words.length) words = lengthened(words, end)
    words.set(written, at)
    places.set(key, at)
    return at
  }

  function writeServices(names: readonly string[], into: number[]): void {
    into.push(names.length)
    for (const name of names) into.push(services.numberOf(name))
  }

  return {
    get words() {
      return words
    },
    services: (names) => (names === null ? 0 : placeOf(`s${JSON.stringify(names)}`, (to) => writeServices(names, to))),
    addresses: (blocks) =>
      blocks === null ? 0 : placeOf(`a${JSON.stringify(blocks)}`, (to) => writeNetworks(blocks, to)),
    hours: (hours) => (hours === null ? 0 : placeOf(`h${JSON.stringify(hours)}`, (to) => writeHours(hours, to))),
    serves(at, service) {
      const asked = services.find(service)
      const last = at + (words[at] ?? 0)
      for (let i = at + 1; i <= last; i++) if (words[i] === asked) return true
      return false
    },
    count: () => places.size,
  }
}

/** At least twice as long, so that lengthening now and then costs next to nothing. */
function lengthened(words: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(2 * words.length, least))
  longer.set(words)
  return longer
}
