import { useContext, useId, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { dayIn, instantIn, Zone } from '../../ui/when.tsx'
import { counted, inFigures } from '../../words.ts'

interface HistogramBar {
  readonly start: string
  readonly total: number
  readonly highRisk: number
}

interface HistogramProps {
  label: string
  /** What a bar stands for. */
  unit: 'hour' | 'day' | 'week'
  bars: readonly HistogramBar[]
  /** From the first bar chosen to the last. */
  pick: (first: number, last: number) => void
}

interface Brush {
  readonly anchor: number
  readonly at: number
}

/** How much happened when. A stretch of it is chosen by drawing over it, or with the arrow keys and Enter. */
export function Histogram({ label, unit, bars, pick }: HistogramProps) {
  const zone = useContext(Zone)
  const id = useId()
  const frame = useRef<HTMLDivElement>(null)
  const [brush, setBrush] = useState<Brush | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const drawing = useRef(false)
  const most = Math.max(1, ...bars.map(({ total }) => total))
  const [first, last] = brush ? [Math.min(brush.anchor, brush.at), Math.max(brush.anchor, brush.at)] : [-1, -1]
  const beginning = (at: string): string => (unit === 'hour' ? instantIn(zone, at) : dayIn(zone, at))
  const words = (bar: HistogramBar): string =>
    `${unit === 'week' ? 'Week of ' : ''}${beginning(bar.start)}: ${counted(bar.total, 'event')}, ${inFigures(bar.highRisk)} of high risk`

  const take = (): void => {
    if (brush) pick(first, last)
    setBrush(null)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = brush?.at ?? bars.length
    const to = keyTarget(event.key, at, bars.length)
    if (to !== null) setBrush({ at: to, anchor: event.shiftKey && brush ? brush.anchor : to })
    else if (event.key === 'Enter' || event.key === ' ') take()
    else if (event.key === 'Escape') setBrush(null)
    else return
    event.preventDefault()
  }
  const under = ({ clientX }: PointerEvent): number => {
    const { left, width } = frame.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((clientX - left) / width) * bars.length)))
  }
  const told = bars[hovered ?? brush?.at ?? -1]
  return (
    <>
      <div
        ref={frame}
        className={brush ? 'histogram is-brushed' : 'histogram'}
        role="listbox"
        aria-multiselectable
        aria-orientation="horizontal"
        aria-label={label}
        aria-describedby={`${id}-how`}
        aria-activedescendant={brush ? `${id}-${brush.at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setBrush(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          drawing.current = true
          event.currentTarget.setPointerCapture(event.pointerId)
          setBrush({ anchor: under(event), at: under(event) })
        }}
        onPointerMove={(event) => {
          const at = under(event)
          setHovered(at)
          if (drawing.current) setBrush((now) => now && { ...now, at })
        }}
        onPointerUp={() => {
          if (drawing.current) take()
          drawing.current = false
        }}
        onPointerCancel={() => {
          drawing.current = false
          setBrush(null)
        }}
        onPointerLeave={() => setHovered(null)}
      >
        {bars.map((bar, at) => (
          <div
            key={bar.start}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at >= first && at <= last}
            aria-label={words(bar)}
            className="histogram-bar"
          >
            <span style={{ height: `${(bar.total / most) * 100}%` }}>
              <span style={{ height: `${(bar.highRisk / Math.max(1, bar.total)) * 100}%` }} />
            </span>
          </div>
        ))}
      </div>
      <Axis bars={bars} beginning={beginning} />
      <p className="histogram-told dim">
        {told ? (
          words(told)
        ) : (
          <span id={`${id}-how`}>
            Draw over the bars to look into a stretch of time. By keyboard: arrow keys, with Shift for more, and Enter.
          </span>
        )}
      </p>
    </>
  )
}

function Axis({ bars, beginning }: { bars: readonly HistogramBar[]; beginning: (at: string) => string }) {
  const marks = [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)].filter((bar) => bar !== undefined)
  return (
    <div className="histogram-axis" aria-hidden>
      {[...new Set(marks)].map(({ start }) => (
        <span key={start}>{beginning(start)}</span>
      ))}
    </div>
  )
}

/** Where a key leads to; null when it leads nowhere. */
function keyTarget(key: string, at: number, count: number): number | null {
  if (count === 0) return null
  const targets: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 }
  const to = targets[key]
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to))
}
