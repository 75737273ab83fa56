import { Button, Group, Text } from '@mantine/core'
import { useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { dayNames, days } from '../../words.ts'
import { emptyWeek, isEmpty, officeHours } from './week.ts'
import type { Week } from './week.ts'

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** The hours of a week, painted with the pointer or switched with the space bar. Nothing painted: at any time. */
export function WeekGrid({ week, onChange }: { week: Week; onChange: (week: Week) => void }) {
  const grid = useRef<HTMLTableElement>(null)
  const [at, setAt] = useState<readonly [number, number]>([0, 8])
  const painting = useRef<boolean | null>(null)

  const paint = (day: number, hour: number, open: boolean): void =>
    onChange(week.map((hours, d) => (d === day ? hours.map((was, h) => (h === hour ? open : was)) : hours)))

  const onKey = (event: KeyboardEvent): void => {
    const move = moves[event.key]
    if (event.key === ' ' || event.key === 'Enter') paint(at[0], at[1], !week[at[0]]?.[at[1]])
    else if (!move) return
    event.preventDefault()
    if (!move) return
    const to = [(at[0] + move[0] + 7) % 7, (at[1] + move[1] + 24) % 24] as const
    setAt(to)
    grid.current?.querySelector<HTMLElement>(`[data-at="${to.join('-')}"]`)?.focus()
  }

  return (
    <div className="week-frame">
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={500} id="week-label">
          Hours
        </Text>
        <Group gap={6}>
          <Button size="compact-xs" variant="default" onClick={() => onChange(officeHours)}>
            Office hours
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => onChange(emptyWeek)} disabled={isEmpty(week)}>
            Any time
          </Button>
        </Group>
      </Group>
      <table
        className="week"
        role="grid"
        aria-labelledby="week-label"
        ref={grid}
        onPointerUp={() => (painting.current = null)}
        onPointerLeave={() => (painting.current = null)}
      >
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">Day</span>
            </th>
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col" aria-label={`${hour} o’clock`}>
                {hour % 6 === 0 ? hour : ''}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day, d) => (
            <tr key={day}>
              <th scope="row">{dayNames[day]}</th>
              {Array.from({ length: 24 }, (_, hour) => {
                const open = week[d]?.[hour] ?? false
                return (
                  <td
                    key={hour}
                    role="gridcell"
                    data-at={`${d}-${hour}`}
                    tabIndex={at[0] === d && at[1] === hour ? 0 : -1}
                    aria-selected={open}
                    aria-label={`${dayNames[day]} ${hour} to ${hour + 1}`}
                    className={open ? 'open' : undefined}
                    onKeyDown={onKey}
                    onPointerDown={(event) => {
                      event.currentTarget.releasePointerCapture(event.pointerId)
                      painting.current = !open
                      setAt([d, hour])
                      paint(d, hour, !open)
                    }}
                    onPointerEnter={() => {
                      if (painting.current !== null && painting.current !== open) paint(d, hour, painting.current)
                    }}
                  />
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mt={4}>
        {isEmpty(week) ? 'Open at any time.' : 'Open in the painted hours only. Arrow keys move, the space bar paints.'}
      </Text>
    </div>
  )
}
