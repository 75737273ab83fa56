import type { Checkpoint } from '../../policy/checkpoint.ts'

/** Of what was kept elsewhere, the heads of one organization. */
export const anchoredHeadsOf = (anchored: readonly Checkpoint[], trail: string, orgId: string): Checkpoint[] =>
  anchored.filter(({ origin }) => origin === `${trail}/${orgId}`)
