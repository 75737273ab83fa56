import { expect, test } from 'vitest'
import { actions } from './audit-actions.ts'

const facts = Object.entries(actions)

test('every action counts for all frameworks or, where it proves nothing, for none', () => {
  const all = ['soc2', 'iso27001', 'hipaa', 'pci_dss', 'gdpr']
  for (const [action, { frameworks }] of facts) expect([all, []], action).toContainEqual(frameworks)
  expect(actions['access.granted'].frameworks).toEqual(all)
  expect(actions['auth.logged_out'].frameworks).toEqual([])
})

test('what happens around the application, or ends an organization, is critical', () => {
  for (const action of ['database.row_changed', 'organization.deleted', 'auth.refresh_reused'] as const) {
    expect(actions[action].risk).toBe('critical')
  }
})
