import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import type { PointerEvent } from 'react'
import { counted, nameOf } from '../../words.ts'
import type { Compact, View } from './model.ts'
import { paintOverview } from './paint-overview.ts'
import type { Spot } from './scene.ts'

interface OverviewMapProps {
  matrix: Compact
  view: View
  /** Called with what was pointed at: there it is looked at closer. */
  onEnter: (spot: Spot) => void
  tell: (words: string) => void
}

/** All of it at once, however small the cells become. */
export function OverviewMap({ matrix, view, onEnter, tell }: OverviewMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { ref: frame, width, height } = useElementSize()
  const dark = useComputedColorScheme('light') === 'dark'
  const [rows, columns] = [view.rows.order.length, view.columns.order.length]

  useEffect(() => {
    const context = canvas.current?.getContext('2d', { alpha: false })
    if (!context || !canvas.current || width < 1 || height < 1) return
    const ratio = devicePixelRatio
    canvas.current.width = Math.round(width * ratio)
    canvas.current.height = Math.round(height * ratio)
    const { width: across, height: down } = canvas.current
    context.putImageData(paintOverview(matrix, view, { width: across, height: down, dark }), 0, 0)
  }, [matrix, view, width, height, dark])

  const spotAt = ({ clientX, clientY }: PointerEvent): Spot | null => {
    const box = canvas.current?.getBoundingClientRect()
    if (!box) return null
    const [x, y] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height]
    return {
      row: Math.min(rows - 1, Math.max(0, Math.floor(y * rows))),
      column: Math.min(columns - 1, Math.max(0, Math.floor(x * columns))),
    }
  }
  const onPointerMove = (event: PointerEvent): void => {
    const spot = spotAt(event)
    const technician = spot && matrix.technicians[view.rows.order[spot.row] ?? -1]
    const customer = spot && matrix.customers[view.columns.order[spot.column] ?? -1]
    if (technician && customer) tell(`${nameOf(technician)}, ${customer.name}: press to look closer`)
  }
  return (
    <div className="heat" ref={frame}>
      <canvas
        ref={canvas}
        className="heat-canvas heat-overview"
        role="img"
        aria-label={`All of it: ${counted(rows, 'technician')} by ${counted(columns, 'customer')} with ${counted(view.count, 'grant')}. The plus key beside it looks closer.`}
        onPointerMove={onPointerMove}
        onPointerLeave={() => tell('')}
        onPointerUp={(event) => {
          const spot = spotAt(event)
          if (spot) onEnter(spot)
        }}
      />
    </div>
  )
}
