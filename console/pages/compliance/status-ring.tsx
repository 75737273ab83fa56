import type { Schemas } from '../../api/client.ts'
import { controlStatuses } from '../../search.ts'
import { counted } from '../../words.ts'
import { statusNames } from './status.ts'

const RADIUS = 52
const AROUND = 2 * Math.PI * RADIUS
/** Between two parts. */
const GAP = 2.5

interface StatusRingProps {
  summary: Schemas['ComplianceReport']['summary']
  total: number
}

/** The controls by status, as parts of a ring. */
export function StatusRing({ summary, total }: StatusRingProps) {
  const parts = controlStatuses.filter((status) => summary[status] > 0)
  let before = 0
  return (
    <svg
      className="ring"
      viewBox="0 0 128 128"
      role="img"
      aria-label={`${counted(total, 'control')}: ${parts.map((status) => `${summary[status]} ${statusNames[status].toLowerCase()}`).join(', ')}`}
    >
      {parts.map((status) => {
        const length = (summary[status] / Math.max(1, total)) * AROUND
        const from = before
        before += length
        return (
          <circle
            key={status}
            className={`ring-${status}`}
            cx="64"
            cy="64"
            r={RADIUS}
            strokeDasharray={`${Math.max(1, length - (parts.length > 1 ? GAP : 0))} ${AROUND}`}
            strokeDashoffset={-from}
            transform="rotate(-90 64 64)"
          />
        )
      })}
      <text x="64" y="66" className="ring-figure" aria-hidden>
        {total}
      </text>
      <text x="64" y="82" className="ring-words" aria-hidden>
        controls
      </text>
    </svg>
  )
}
