import { answerPasswordRequests } from '../services/auth.service.ts'
import { anchorCheckpoints, rollUpTrail, sealTrail } from '../services/audit.service.ts'
import { forgetWhatIsOver, keepAuditPartitions } from '../services/housekeeping.service.ts'
import { resealSecrets } from '../services/keys.service.ts'
import { expireGrants, remindOfEndingAccess } from '../services/multi-tenant.service.ts'
import { sendMail } from '../services/notification.service.ts'
import type { Job } from './clock.ts'

/** What happens by itself. Each is safe to run on several nodes at once. */
export const jobs = [
  { name: 'mark-expired-grants', everySeconds: 30, run: expireGrants },
  { name: 'remind-expiring-grants', everySeconds: 300, run: remindOfEndingAccess },
  { name: 'seal-trail', everySeconds: 3, run: sealTrail },
  { name: 'anchor-checkpoints', everySeconds: 30, run: anchorCheckpoints },
  { name: 'roll-up-trail', everySeconds: 4, run: rollUpTrail },
  { name: 'answer-password-requests', everySeconds: 2, run: answerPasswordRequests },
  { name: 'send-mail', everySeconds: 5, run: sendMail },
  { name: 'reseal-secrets', everySeconds: 3600, run: resealSecrets },
  { name: 'forget-old-keys', everySeconds: 3600, run: forgetWhatIsOver },
  { name: 'keep-audit-partitions', everySeconds: 24 * 3600, run: keepAuditPartitions },
] as const satisfies readonly Job[]

export type JobName = (typeof jobs)[number]['name']
