import { v7 as uuidv7 } from 'uuid'
import type { World } from './world.ts'

/** An event as its columns have it; what is not given is unremarkable. @returns its id */
export async function tell(world: World, columns: Record<string, unknown> = {}): Promise<string> {
  const event: Record<string, unknown> = {
    org_id: uuidv7(),
    occurred_at: new Date().toISOString(),
    id: uuidv7(),
    action: 'auth.login_succeeded',
    category: 'authentication',
    description: 'Something happened',
    outcome: 'success',
    risk_level: 'low',
    compliance_relevant: true,
    ...columns,
  }
  const names = Object.keys(event)
  await world.admin.query(
    `insert into audit_logs (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(event),
  )
  return event['id'] as string
}
