/** One question; its answer is a ratio between what we reach and a peer or a limit measured in the same minutes. */
export interface Question {
  readonly id: string
  readonly question: string
  /** The ratio that we mean to keep. */
  readonly goal: number
  readonly run: (report: Report) => Promise<Answer>
}

/** Says what is being done, for whoever waits. */
export type Report = (progress: string) => void

export interface Answer {
  /** Both in the same unit, more being better. */
  readonly ours: number
  readonly against: number
  readonly ratio: number
  readonly unit: string
  /** What else was measured: named figures, for the record. */
  readonly details?: Readonly<Record<string, number>>
}

/** A line of the results. */
export interface Result extends Answer {
  readonly id: string
  readonly question: string
  readonly goal: number
  readonly holds: boolean
}
