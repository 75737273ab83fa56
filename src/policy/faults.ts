import type { Fault, FaultKind } from '../types/integrity.ts'

/** @param detail one sentence for a person */
export const fault = (kind: FaultKind, detail: string, where: Partial<Fault> = {}): Fault => ({
  kind,
  organizationId: null,
  sequence: null,
  throughSequence: null,
  eventId: null,
  checkpoint: null,
  ...where,
  detail,
})

/** What concerns all first, then organization by organization in the order of its events. */
export const inOrder = (faults: readonly Fault[]): Fault[] =>
  faults.toSorted(
    (a, b) =>
      compare(a.organizationId ?? '', b.organizationId ?? '') ||
      (a.sequence ?? Infinity) - (b.sequence ?? Infinity) ||
      (a.checkpoint ?? 0) - (b.checkpoint ?? 0),
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
