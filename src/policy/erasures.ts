/** What an event of erasure says: of whom the trail has nothing personal from then on. */
export interface Erasure {
  readonly personId: string
  readonly at: string
  /** Events that do not name the person but in what was erased. */
  readonly alsoIn: readonly string[]
}

/** An event of which something personal is gone. */
export interface Gone {
  readonly eventId: string
  readonly sequence: number
  readonly occurredAt: string
  /** Every text that is left of it: whom it names is among them. */
  readonly names: ReadonlySet<string>
}

type Form = Readonly<Record<string, unknown>>

/** Of the hashed form of an event. */
export function erasureIn({ action, resourceId, occurredAt, details }: Form): Erasure | null {
  if (action !== 'privacy.erased' || typeof resourceId !== 'string') return null
  const { alsoIn } = (details ?? {}) as { alsoIn?: unknown }
  const ids = Array.isArray(alsoIn) ? alsoIn.filter((id) => typeof id === 'string') : []
  return { personId: resourceId, at: String(occurredAt), alsoIn: ids }
}

export const goneFrom = (form: Form, { eventId, sequence }: Pick<Gone, 'eventId' | 'sequence'>): Gone => ({
  eventId,
  sequence,
  occurredAt: String(form['occurredAt']),
  names: new Set(textsIn([form['actor'], form['resourceId'], form['changes'], form['details']])),
})

/** Those that no erasure covers: it must be later, and of somebody whom the event names, or name the event. */
export function uncovered(gone: readonly Gone[], erasures: readonly Erasure[]): Gone[] {
  const until = new Map<string, string>()
  for (const { personId, at, alsoIn } of erasures)
    for (const id of [personId, ...alsoIn]) if (at > (until.get(id) ?? '')) until.set(id, at)
  return gone.filter(
    ({ eventId, names, occurredAt }) => ![eventId, ...names].some((id) => occurredAt <= (until.get(id) ?? '')),
  )
}

/** At any depth, names of members too. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)])
}
