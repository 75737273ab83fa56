import { Tooltip } from '@mantine/core'
import { useContext } from 'react'
import { inFigures } from '../words.ts'
import { instantIn, Zone } from './when.tsx'

export interface Bar {
  at: string
  value: number
  /** How much of it stands out. */
  marked: number
}

interface BarsProps {
  label: string
  bars: readonly Bar[]
  onPick?: (bar: Bar, index: number) => void
}

/** A histogram over time. The same figures stand in its names, for those who do not see it. */
export function Bars({ label, bars, onPick }: BarsProps) {
  const zone = useContext(Zone)
  const most = Math.max(1, ...bars.map(({ value }) => value))
  return (
    <ul className="bars" aria-label={label}>
      {bars.map((bar, index) => {
        const words = `${instantIn(zone, bar.at)}: ${inFigures(bar.value)}, ${inFigures(bar.marked)} of high risk`
        const drawn = (
          <>
            <span className="bar" style={{ height: `${(bar.value / most) * 100}%` }}>
              <span className="bar-marked" style={{ height: `${(bar.marked / Math.max(1, bar.value)) * 100}%` }} />
            </span>
            <span className="unseen">{words}</span>
          </>
        )
        return (
          <Tooltip key={bar.at} label={words} openDelay={0}>
            <li>
              {onPick ? (
                <button type="button" className="bar-frame" onClick={() => onPick(bar, index)}>
                  {drawn}
                </button>
              ) : (
                <span className="bar-frame">{drawn}</span>
              )}
            </li>
          </Tooltip>
        )
      })}
    </ul>
  )
}
