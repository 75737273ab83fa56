import { Button, SegmentedControl } from '@mantine/core'
import type { AuditSearch, Span } from '../../search.ts'
import { spans } from '../../search.ts'
import { Section } from '../../ui/page.tsx'
import { Awaited } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../words.ts'
import type { Change } from './filter.ts'
import { Histogram } from './histogram.tsx'
import { spanNames, USUAL_SPAN } from './period.ts'
import type { Period } from './period.ts'
import type { StatsAnswer } from './use-stats.ts'

interface WhenSectionProps {
  search: AuditSearch
  period: Period
  stats: StatsAnswer
  change: Change
}

/** When how much of it happened. */
export function WhenSection({ search, period, stats, change }: WhenSectionProps) {
  const isBrushed = search.from !== undefined || search.to !== undefined
  return (
    <Section
      title="When"
      hint={
        stats.data &&
        `${counted(stats.data.total, 'event')}, ${counted(highRiskOf(stats.data), 'event')} of high or critical risk`
      }
      actions={
        <div className="period">
          {isBrushed && (
            <span className="period-chosen">
              <When at={period.from} /> – {period.to ? <When at={period.to} /> : 'now'}
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => change({ from: undefined, to: undefined, event: undefined })}
              >
                Zoom out
              </Button>
            </span>
          )}
          <SegmentedControl
            size="xs"
            aria-label="Period"
            data={spans.map((value) => ({ value, label: spanNames[value] }))}
            value={isBrushed ? '' : (search.last ?? USUAL_SPAN)}
            onChange={(last) => change({ last: last as Span, from: undefined, to: undefined, event: undefined })}
          />
        </div>
      }
    >
      <Awaited of={stats} rows={3}>
        {({ timeline }) => (
          <Histogram
            label={`Events by ${period.interval}`}
            unit={period.interval}
            bars={timeline}
            pick={(first, last) => {
              const from = timeline[first]?.start
              const to = timeline[last + 1]?.start ?? period.to
              change({ from: from && later(from, period.from), to, event: undefined })
            }}
          />
        )}
      </Awaited>
    </Section>
  )
}

const highRiskOf = ({ timeline }: { timeline: readonly { highRisk: number }[] }): number =>
  timeline.reduce((sum, { highRisk }) => sum + highRisk, 0)

/** The first bar may begin before what is looked at. */
const later = (a: string, b: string): string => (Date.parse(a) < Date.parse(b) ? b : a)
