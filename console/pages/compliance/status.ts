import type { Schemas } from '../../api/client.ts'

type Status = keyof Schemas['ComplianceReport']['summary']

export const statusNames: Readonly<Record<Status, string>> = {
  met: 'Met',
  exceptions: 'With exceptions',
  not_evidenced: 'Not evidenced',
  manual: 'For a person to judge',
}

export const statusHints: Readonly<Record<Status, string>> = {
  met: 'There was something to look at, and no exception',
  exceptions: 'At least one; open the control to see which',
  not_evidenced: 'There was nothing to look at, which is never a yes',
  manual: 'The records say nothing of it',
}

export const statusTones: Readonly<Record<Status, string>> = {
  met: 'good',
  exceptions: 'bad',
  not_evidenced: 'warm',
  manual: 'plain',
}
