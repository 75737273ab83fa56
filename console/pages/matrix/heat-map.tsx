import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useId, useRef } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { wordsOf } from './cell-words.ts'
import type { Compact, View } from './model.ts'
import { paint } from './paint.ts'
import { HEAD_HEIGHT, HEAD_WIDTH } from './scene.ts'
import type { Block, Spot } from './scene.ts'

interface HeatMapProps {
  matrix: Compact
  view: View
  size: number
  at: Spot | null
  block: Block | null
  onMove: (spot: Spot) => void
  onBlock: (block: Block | null) => void
  onOpen: (spot: Spot) => void
  onZoom: (step: 1 | -1) => void
  /** Says what the pointer is over. */
  tell: (words: string) => void
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
}

/** Technicians × customers on a canvas as large as the window; a grid of one cell tells the current one to who does not see it. */
export function HeatMap(props: HeatMapProps) {
  const { matrix, view, size, at, block, onMove, onBlock, onOpen, onZoom, tell } = props
  const scroller = useRef<HTMLDivElement>(null)
  const dragging = useRef<Spot | null>(null)
  const { canvas, frame, point, redraw } = usePainting(props, scroller)
  const cellId = useId()
  const [rows, columns] = [view.rows.order.length, view.columns.order.length]

  useEffect(() => {
    const place = scroller.current
    if (!at || !place) return
    const [x, y] = [at.column * size, at.row * size]
    const [roomX, roomY] = [place.clientWidth - HEAD_WIDTH, place.clientHeight - HEAD_HEIGHT]
    if (x < place.scrollLeft) place.scrollLeft = x
    else if (x + size > place.scrollLeft + roomX) place.scrollLeft = x + size - roomX
    if (y < place.scrollTop) place.scrollTop = y
    else if (y + size > place.scrollTop + roomY) place.scrollTop = y + size - roomY
  }, [at, size])

  /** Minus one on an axis: its heading. */
  const spotAt = (event: PointerEvent): Spot | null => {
    const [box, place] = [canvas.current?.getBoundingClientRect(), scroller.current]
    if (!box || !place) return null
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const column = x < HEAD_WIDTH ? -1 : Math.floor((x - HEAD_WIDTH + place.scrollLeft) / size)
    const row = y < HEAD_HEIGHT ? -1 : Math.floor((y - HEAD_HEIGHT + place.scrollTop) / size)
    return column >= columns || row >= rows || (row < 0 && column < 0) ? null : { row, column }
  }
  const blockOf = (from: Spot, to: Spot): Block => ({
    row: from.row < 0 ? 0 : from.row,
    column: from.column < 0 ? 0 : from.column,
    toRow: from.row < 0 ? rows - 1 : Math.max(0, to.row),
    toColumn: from.column < 0 ? columns - 1 : Math.max(0, to.column),
  })

  const onPointerDown = (event: PointerEvent): void => {
    const spot = spotAt(event)
    if (!spot || event.button !== 0 || event.pointerType === 'touch') return
    event.currentTarget.setPointerCapture(event.pointerId)
    if (event.shiftKey && at) onBlock(blockOf(at, spot))
    else dragging.current = spot
  }
  const onPointerMove = (event: PointerEvent): void => {
    const spot = spotAt(event)
    const from = dragging.current
    if (from && spot && !isSame(from, spot)) onBlock(blockOf(from, spot))
    if (!isSame(point.current, spot)) {
      point.current = spot
      tell(spot ? wordsAt(matrix, view, spot) : '')
      redraw()
    }
  }
  const onPointerUp = (event: PointerEvent): void => {
    const [spot, from] = [spotAt(event), dragging.current ?? (event.pointerType === 'touch' ? spotAt(event) : null)]
    dragging.current = null
    if (!spot || !isSame(from, spot)) return
    if (spot.row < 0 || spot.column < 0) return onBlock(blockOf(spot, spot))
    onBlock(null)
    onMove(spot)
    onOpen(spot)
  }
  const onPointerLeave = (): void => {
    point.current = null
    tell('')
    redraw()
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const spot = at ?? { row: 0, column: 0 }
    const move = moves[event.key]
    if (move) {
      const to = within({ row: spot.row + move[0], column: spot.column + move[1] }, rows, columns)
      if (event.shiftKey)
        onBlock({ ...(block ?? { row: spot.row, column: spot.column }), toRow: to.row, toColumn: to.column })
      else onBlock(null)
      onMove(to)
    } else if (event.key === 'Home') onMove({ row: event.ctrlKey ? 0 : spot.row, column: 0 })
    else if (event.key === 'End') onMove({ row: event.ctrlKey ? rows - 1 : spot.row, column: columns - 1 })
    else if (event.key === 'Enter') onOpen(spot)
    else if (event.key === ' ' && event.shiftKey) onBlock(blockOf({ row: spot.row, column: -1 }, spot))
    else if (event.key === ' ' && event.ctrlKey) onBlock(blockOf({ row: -1, column: spot.column }, spot))
    else if (event.key === ' ') onBlock(blockOf(spot, spot))
    else if (event.key === 'Escape') onBlock(null)
    else if (event.key === '+' || event.key === '-') onZoom(event.key === '+' ? 1 : -1)
    else return
    event.preventDefault()
  }

  const current = at ?? { row: 0, column: 0 }
  return (
    <div className="heat" ref={frame}>
      <canvas ref={canvas} className="heat-canvas" aria-hidden />
      <div
        className="heat-scroll"
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label="Technicians by customers. Arrow keys move, Enter opens, the space bar selects, with Shift the row, with Control the column."
        aria-rowcount={rows}
        aria-colcount={columns}
        aria-multiselectable
        aria-activedescendant={cellId}
        onScroll={redraw}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={onPointerLeave}
      >
        <div role="row" aria-rowindex={current.row + 1} className="unseen">
          <div role="gridcell" id={cellId} aria-colindex={current.column + 1} aria-selected={block !== null}>
            {wordsAt(matrix, view, current) || 'Nothing to show'}
          </div>
        </div>
        <div style={{ width: HEAD_WIDTH + columns * size, height: HEAD_HEIGHT + rows * size }} />
      </div>
    </div>
  )
}

/** Paints what has changed at the next frame, without going through React: that is what lets it scroll. */
function usePainting(
  { matrix, view, size, at, block }: HeatMapProps,
  scroller: React.RefObject<HTMLDivElement | null>,
) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const point = useRef<Spot | null>(null)
  const drawing = useRef<() => void>(() => undefined)
  const { ref: frame, width, height } = useElementSize()
  const dark = useComputedColorScheme('light') === 'dark'
  useEffect(() => {
    const sheet = canvas.current
    const context = sheet?.getContext('2d', { alpha: false })
    if (!context || width < 1) return undefined
    let waiting = 0
    const draw = (): void => {
      waiting = 0
      const ratio = devicePixelRatio
      const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
      if (sheet && (sheet.width !== across || sheet.height !== down))
        Object.assign(sheet, { width: across, height: down })
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      const { scrollLeft: left = 0, scrollTop: top = 0 } = scroller.current ?? {}
      paint(context, { matrix, view, size, left, top, width, height, at, over: point.current, block, dark })
    }
    drawing.current = () => {
      waiting ||= requestAnimationFrame(draw)
    }
    drawing.current()
    return () => cancelAnimationFrame(waiting)
  }, [matrix, view, size, width, height, at, block, dark, scroller])
  return { canvas, frame, point, redraw: () => drawing.current() }
}

const isSame = (one: Spot | null, other: Spot | null): boolean =>
  one === other || (one !== null && other !== null && one.row === other.row && one.column === other.column)

function wordsAt(matrix: Compact, view: View, { row, column }: Spot): string {
  const [technician, customer] = [view.rows.order[row], view.columns.order[column]]
  return technician === undefined || customer === undefined ? '' : wordsOf(matrix, technician, customer)
}

const within = ({ row, column }: Spot, rows: number, columns: number): Spot => ({
  row: Math.min(Math.max(0, row), rows - 1),
  column: Math.min(Math.max(0, column), columns - 1),
})
