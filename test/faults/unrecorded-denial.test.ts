import { expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'

test('a denial that cannot be recorded is no denial: it fails, and says nothing of why', async () => {
  const world = await createWorld()
  const technician = world.as(await world.staff('technician'))
  expect(await technician.get('/api/audit/logs')).toMatchObject({ status: 403, body: { error: 'forbidden' } })
  await world.admin.query(`
    create function castellan.refuse_denials() returns trigger language plpgsql as $$
    begin raise exception 'the disk of db-7.internal is full'; end $$;
    create trigger refuse_denials before insert on castellan.audit_logs for each row when (new.outcome = 'denied')
      execute function castellan.refuse_denials()`)
  const { status, body } = await technician.get('/api/audit/logs')
  expect([status, body]).toEqual([
    500,
    { success: false, error: 'internal_error', message: 'Something went wrong on our side.' },
  ])
  await world.close()
})
