import type { UsualView } from '../views/views-menu.tsx'

/** What is asked of the trail again and again. */
export const usualViews: readonly UsualView[] = [
  { name: 'Failed sign-ins, 24 hours', query: 'action=auth.login_failed&last=24h' },
  { name: 'Refused, 7 days', query: 'outcome=denied&last=7d' },
  { name: 'Critical, 90 days', query: 'riskLevel=critical&last=90d' },
  { name: 'Access given, 7 days', query: 'action=access.granted&last=7d' },
  { name: 'Access used, 24 hours', query: 'action=access.used&last=24h' },
  { name: 'Around the application, 1 year', query: 'action=database.row_changed&last=1y' },
  { name: 'Exports and reports, 90 days', query: 'category=audit&last=90d' },
]
