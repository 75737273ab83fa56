import { Tooltip } from '@mantine/core'
import { createContext, useContext } from 'react'

/** The zone of who reads. */
export const Zone = createContext(Intl.DateTimeFormat().resolvedOptions().timeZone)

const locale = navigator.languages.find((language) => language.startsWith('en')) ?? 'en-GB'
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone })
  formats.set(zone, made)
  return made
}

export const dayIn = (zone: string, instant: string): string =>
  new Date(instant).toLocaleDateString(locale, { dateStyle: 'medium', timeZone: zone })

export const instantIn = (zone: string, instant: string): string => formatOf(zone).format(new Date(instant))

/** An instant on the reader's clock; the exact one in UTC on hover and focus. */
export function When({ at, relative }: { at: string | null | undefined; relative?: boolean }) {
  const zone = useContext(Zone)
  if (!at) return <span className="dim">never</span>
  return (
    <Tooltip label={`${at.replace('T', ' ').replace('Z', '')} UTC`}>
      <time dateTime={at}>{relative ? distanceTo(at) : instantIn(zone, at)}</time>
    </Tooltip>
  )
}

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `in 3 days`, `2 hours ago`. */
export function distanceTo(instant: string, now = Date.now()): string {
  const distance = new Date(instant).getTime() - now
  const [unit, length] = steps.find(([, step]) => Math.abs(distance) >= step) ?? ['minute', 60_000]
  return relativeFormat.format(Math.round(distance / length), unit)
}
