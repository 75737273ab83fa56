import type { NoteVerifier } from '../../credentials/signed-note.ts'
import { readTombstone, removalsIn } from '../../policy/tombstone.ts'
import type { Tombstone } from '../../policy/tombstone.ts'
import type { RemovedStretch } from '../../types/integrity.ts'

/** What cleanups say that they removed of an organization's events. */
export interface Removals {
  /** The cleanup that removed the event of this sequence. */
  of(sequence: number): Tombstone | null
}

/** Of the notes those that are signed as tombstones of this organization. What is not signed excuses nothing. */
export function openTombstones(notes: readonly string[], verifier: NoteVerifier, orgId: string): Tombstone[] {
  const own = verifier.within(removalsIn(orgId))
  return notes
    .map((note) => readTombstone(own.open(note) ?? ''))
    .filter((tombstone) => tombstone !== null)
    .filter(({ origin }) => origin === own.name)
}

export function removalsOf(tombstones: readonly Tombstone[]): Removals {
  const stretches = tombstones
    .flatMap((by) => by.stretches.map((stretch) => ({ ...stretch, by })))
    .toSorted((a, b) => a.from - b.from)
  return {
    of(sequence) {
      let [low, high] = [0, stretches.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((stretches[middle]?.from ?? 0) <= sequence) low = middle + 1
        else high = middle
      }
      const last = stretches[low - 1]
      return last && sequence <= last.through ? last.by : null
    },
  }
}

/** Collects places in their order into stretches. */
export function removedPlaces({ orgId, removals }: { orgId: string; removals: Removals }) {
  const all: RemovedStretch[] = []
  return {
    all,
    add(sequence: number): void {
      const by = removals.of(sequence)
      if (!by) return
      const last = all.at(-1)
      if (last?.cleanupId === by.cleanupId && last.through === sequence - 1) last.through = sequence
      else {
        const { cleanupId, removedAt } = by
        all.push({ organizationId: orgId, cleanupId, removedAt, from: sequence, through: sequence })
      }
    },
  }
}
