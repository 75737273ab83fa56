/** What is counted, in the text format of Prometheus (0.0.4). Labels have few values: nothing of whoever calls is among them. */
export type Labels = Readonly<Record<string, string>>

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** Behind the name of the family, as `_bucket`. */
  readonly suffix?: string
  readonly labels?: Labels
  readonly value: number
}

export const textOf = (families: readonly Family[]): string => families.map(familyText).join('')

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** Durations by label, in seconds. */
export interface Histogram {
  observe(labels: Labels, seconds: number): void
  samples(): Sample[]
}

interface Series {
  readonly labels: Labels
  readonly counts: number[]
  sum: number
  count: number
}

export function createHistogram(bounds: readonly number[]): Histogram {
  const series = new Map<string, Series>()
  return {
    observe(labels, seconds) {
      const key = labelText(labels)
      const one = series.get(key) ?? { labels, counts: bounds.map(() => 0), sum: 0, count: 0 }
      series.set(key, one)
      one.sum += seconds
      one.count++
      for (const [at, bound] of bounds.entries()) if (seconds <= bound) one.counts[at] = (one.counts[at] ?? 0) + 1
    },
    samples: () => [...series.values()].flatMap((one) => samplesOf(one, bounds)),
  }
}

const samplesOf = ({ labels, counts, sum, count }: Series, bounds: readonly number[]): Sample[] => [
  ...bounds.map((bound, at) => ({
    suffix: '_bucket',
    labels: { ...labels, le: String(bound) },
    value: counts[at] ?? 0,
  })),
  { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
  { suffix: '_sum', labels, value: sum },
  { suffix: '_count', labels, value: count },
]
