import type { Fault, RemovedStretch } from '../types/integrity.ts'

export interface Report {
  readonly organizations: number
  readonly events: number
  readonly pending: number
  readonly removed: readonly RemovedStretch[]
  readonly checkpoint: string | null
  readonly faults: readonly Fault[]
  readonly moreFaults: number
  readonly whole: boolean
}

/** @returns the exit code: 0 clean, 1 tampered with, 2 could not decide */
export function printReport(report: Report, { json }: { json?: boolean }): 0 | 1 | 2 {
  const code = report.faults.length > 0 ? 1 : report.whole && report.checkpoint !== null ? 0 : 2
  process.stdout.write(json ? `${JSON.stringify({ verdict: verdicts[code], ...report })}\n` : inWords(report, code))
  return code
}

const verdicts = ['clean', 'tampered', 'undecided'] as const

function inWords(
  { organizations, events, pending, removed, checkpoint, faults, moreFaults, whole }: Report,
  code: 0 | 1 | 2,
): string {
  const lines = [
    ...faults.map(faultInWords),
    ...(moreFaults > 0 ? [`and ${moreFaults} more`] : []),
    ...removed.map(removedInWords),
    `${events} events of ${organizations} organizations are as they were sealed.`,
    ...(pending > 0 ? [`${pending} events are not sealed yet.`] : []),
    ...(checkpoint === null ? ['Nothing is sealed: there is no checkpoint to go by.'] : ['', checkpoint.trimEnd(), '']),
    ...(whole ? [] : ['The bundle does not end as it says: it is not whole.']),
    ['The trail is clean.', 'The trail was tampered with.', 'This could not be decided.'][code] ?? '',
  ]
  return `${lines.join('\n')}\n`
}

function faultInWords({ kind, organizationId, sequence, throughSequence, eventId, checkpoint, detail }: Fault): string {
  const through = throughSequence === null || throughSequence === sequence ? '' : `–${throughSequence}`
  const where = [
    organizationId && `organization ${organizationId}`,
    sequence !== null && `sequence ${sequence}${through}`,
    eventId && `event ${eventId}`,
    checkpoint !== null && `checkpoint ${checkpoint}`,
  ].filter((part) => typeof part === 'string')
  return `${kind.toUpperCase()} ${where.join(', ')}: ${detail}`
}

const removedInWords = ({ organizationId, cleanupId, removedAt, from, through }: RemovedStretch): string =>
  `removed organization ${organizationId}, sequence ${from}${from === through ? '' : `–${through}`}: under cleanup ${cleanupId} at ${removedAt}`

const EVERY_MS = 500

/** Tells on a terminal how far it is. */
export function progressOf(
  terminal: NodeJS.WriteStream,
): ((organizations: number, events: number) => void) | undefined {
  if (!terminal.isTTY) return undefined
  let told = 0
  return (organizations, events) => {
    if (Date.now() - told < EVERY_MS) return
    told = Date.now()
    terminal.write(`\r${events} events of ${organizations} organizations`)
  }
}
