import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useContext, useEffect, useState } from 'react'
import { Icon } from '../../ui/icons.tsx'
import { asInput, fromInput } from '../../ui/instant-input.ts'
import { instantIn, Zone } from '../../ui/when.tsx'

interface TimeBarProps {
  /** Before which there was nothing. */
  beginning: string
  at: string | undefined
  onChange: (at: string | undefined) => void
}

const DAY_MS = 86_400_000

/** Takes the matrix back to a day, or to an instant; at its end is now. */
export function TimeBar({ beginning, at, onChange }: TimeBarProps) {
  const zone = useContext(Zone)
  const [now] = useState(Date.now)
  const days = Math.max(1, Math.floor((now - new Date(beginning).getTime()) / DAY_MS))
  const [place, setPlace] = useState(() => placeOf(at, now, days))
  useEffect(() => setPlace(placeOf(at, now, days)), [at, now, days])
  const tell = useDebouncedCallback((to: number) => onChange(instantAt(to, now, days)), 150)
  const shown = instantAt(place, now, days)
  return (
    <div className={at ? 'time-bar is-past' : 'time-bar'} role="group" aria-label="Point in time">
      <Icon name="clock" size={16} />
      <strong className="time-words">{at ? `As it was on ${instantIn(zone, at)}` : 'Now'}</strong>
      <input
        type="range"
        className="time-range"
        aria-label="Day"
        aria-valuetext={shown ? instantIn(zone, shown) : 'Now'}
        min={0}
        max={days}
        value={place}
        onChange={({ currentTarget }) => {
          setPlace(Number(currentTarget.value))
          tell(Number(currentTarget.value))
        }}
      />
      {at && (
        <>
          <TextInput
            type="datetime-local"
            size="xs"
            aria-label="Exact time"
            value={asInput(at, zone)}
            max={asInput(new Date(now).toISOString(), zone)}
            onChange={({ currentTarget }) => {
              const instant = fromInput(currentTarget.value, zone)
              onChange(instant && new Date(instant).getTime() < Date.now() ? instant : undefined)
            }}
          />
          <Button size="compact-sm" variant="default" onClick={() => onChange(undefined)}>
            Back to now
          </Button>
        </>
      )}
    </div>
  )
}

function placeOf(at: string | undefined, now: number, days: number): number {
  if (at === undefined) return days
  return Math.min(days - 1, Math.max(0, days - Math.round((now - new Date(at).getTime()) / DAY_MS)))
}

const instantAt = (place: number, now: number, days: number): string | undefined =>
  place >= days ? undefined : new Date(now - (days - place) * DAY_MS).toISOString()
