import type { Schemas } from '../../api/client.ts'

/** The sealer is seconds behind the writers; whoever waits longer should look. */
const LATE_SECONDS = 120

interface TrailState {
  tone: 'good' | 'warm' | 'bad'
  words: string
}

export function stateOf({
  checkpoint,
  checkpointVerifies,
  secondsBehind,
  unaccounted,
}: Schemas['TrailIntegrity']): TrailState {
  if (checkpointVerifies === false) return { tone: 'bad', words: 'The trail does not verify' }
  if (unaccounted > 0) return { tone: 'bad', words: 'The trail holds what no server wrote' }
  if (secondsBehind > LATE_SECONDS) return { tone: 'warm', words: 'Sealing is behind' }
  return checkpoint ? { tone: 'good', words: 'Sealed and signed' } : { tone: 'warm', words: 'Nothing sealed yet' }
}
