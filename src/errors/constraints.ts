import type { RefusalCode } from './catalogue.ts'

/** What a broken constraint of the database means to the caller. What a constraint can refuse is not asked first. */
export const constraints: Readonly<Record<string, RefusalCode>> = {
  organizations_name: 'name_taken',
  organizations_one_provider: 'already_bootstrapped',
  organizations_provider_stays: 'provider_protected',
  users_email_accepted: 'email_taken',
  users_email_in_organization: 'email_taken',
  saved_views_name: 'view_name_taken',
  access_one_live: 'grant_already_active',
  access_never_to_oneself: 'forbidden',
  access_review_by_a_third: 'forbidden',
  audit_cleanup_floor: 'below_retention_floor',
  audit_cleanup_by_another: 'forbidden',
  audit_cleanup_in_time: 'cleanup_expired',
  audit_cleanup_once: 'cleanup_approved',
  audit_cleanup_plan: 'plan_stale',
}
