import type { ComplianceReport, ControlStatus } from '../../types/compliance.ts'

/** What paper and page say alike. */
export const statusWords: Readonly<Record<ControlStatus, string>> = {
  met: 'Met',
  exceptions: 'Exceptions',
  not_evidenced: 'Not evidenced',
  manual: 'For a person to judge',
}

/** Dark enough for white text on them (WCAG AA). */
export const statusColours: Readonly<Record<ControlStatus, string>> = {
  met: '#1b6e3c',
  exceptions: '#b3261e',
  not_evidenced: '#8a5a00',
  manual: '#5f6368',
}

export const reading = [
  'Met: there was something to look at, and nothing of it was an exception. Not evidenced: there was nothing to look at; this is never a yes. For a person to judge: our data says nothing of it.',
  'This report states what the records of the platform show. It is evidence for an assessment, not its result, and it does not declare compliance. Control ids are those of the framework; their titles are our own words.',
]

export const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`

export const periodWords = ({ from, to }: ComplianceReport): string => `${minute(from)} to ${minute(to)}`

export function integrityWords({ integrity }: ComplianceReport): string[] {
  const { events, sealed, unaccounted, checkpoint } = integrity
  const counted = `The trail holds ${events} events of the period. ${sealed} of them have their place in a signed tree, ${events - sealed - unaccounted} are waiting for it, ${unaccounted} were written by no server of ours.`
  if (checkpoint === null) return [counted, 'When this report was made there was no signed checkpoint yet.']
  return [
    counted,
    `This report was made at checkpoint ${checkpoint.id} of ${minute(checkpoint.createdAt)}. Whoever holds the public key can prove any event of the trail against it, and that later checkpoints take nothing back: see castellan audit verify. The checkpoint, as it was signed:`,
  ]
}
