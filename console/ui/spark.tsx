import { inFigures } from '../words.ts'

interface SparkProps {
  label: string
  values: readonly number[]
}

const [WIDTH, HEIGHT] = [120, 32]

/** The way of a figure over time, as small as a word. */
export function Spark({ label, values }: SparkProps) {
  const most = Math.max(1, ...values)
  const points = values.map((value, at) => {
    const x = (at / Math.max(1, values.length - 1)) * WIDTH
    const y = HEIGHT - 2 - (value / most) * (HEIGHT - 4)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: at most ${inFigures(Math.max(0, ...values))} a day, ${inFigures(values.at(-1) ?? 0)} today`}
    >
      <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} className="spark-area" />
      <polyline points={points.join(' ')} className="spark-line" />
    </svg>
  )
}
