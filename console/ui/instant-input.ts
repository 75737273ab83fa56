const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone })
  formats.set(zone, made)
  return made
}

/** The clock of a zone, as if it were UTC. */
const clockOf = (instant: number, zone: string): number =>
  Date.parse(`${formatOf(zone).format(instant).replace(' ', 'T')}Z`)

/** An instant for a field of date and time, on the clock of a zone: `2026-11-23T09:00`. */
export const asInput = (instant: string | null, zone: string): string =>
  instant === null ? '' : new Date(clockOf(Date.parse(instant), zone)).toISOString().slice(0, 16)

/** What such a field holds, as an instant; of an hour that a clock has twice the first. */
export function fromInput(local: string, zone: string): string | undefined {
  const wanted = Date.parse(`${local}Z`)
  if (Number.isNaN(wanted)) return undefined
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map((near) => clockOf(near, zone) - near)
  const found = offsets.map((offset) => wanted - offset).find((instant) => clockOf(instant, zone) === wanted)
  return new Date(found ?? wanted - (offsets[0] ?? 0)).toISOString()
}
