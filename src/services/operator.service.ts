export { inviteSuperAdmin } from './operator/invite-super-admin.ts'
export { takeSecondFactor } from './operator/take-second-factor.ts'
