/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  readonly state: 'well' | 'wrong' | 'unknown'
  readonly told: string
  /** What to do about it. */
  readonly mend?: string
}

export const reasonOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error)
  return (text ?? 'no answer').split('\n')[0] ?? ''
}
