export { recordDenial } from './audit/record-denial.ts'
export { searchLogs } from './audit/search-logs.ts'
export { auditStats } from './audit/stats.ts'
export { recentEvents } from './audit/recent-events.ts'
export { userActivity } from './audit/user-activity.ts'
export {
  getIntegrity,
  listIntegrityCheckpoints,
  proveCheckpointConsistency,
  proveInclusion,
  trailVerifierKey,
} from './audit/integrity.ts'
export { getOwnIntegrity, proveOwnConsistency, proveOwnInclusion } from './audit/own-integrity.ts'
export { anchorCheckpoints } from './audit/anchor-checkpoints.ts'
export { exportBundle } from './audit/export-bundle.ts'
export { readNotes } from './audit/read-notes.ts'
export { BundleError, verifyBundle } from './audit/verify-bundle.ts'
export { verifyTrail } from './audit/verify-trail.ts'
export { sealTrail } from './audit/seal-trail.ts'
export { approveCleanup } from './audit/approve-cleanup.ts'
export { askCleanup } from './audit/ask-cleanup.ts'
export { eraseUser } from './audit/erase-user.ts'
export { listAuditCleanups } from './audit/list-cleanups.ts'
export { listAuditHolds } from './audit/list-holds.ts'
export { placeHold } from './audit/place-hold.ts'
export { releaseHold } from './audit/release-hold.ts'
export { exportLogs } from './audit/export-logs.ts'
export { reportCompliance } from './audit/report-compliance.ts'
export { rollUpTrail } from './audit/roll-up-trail.ts'
