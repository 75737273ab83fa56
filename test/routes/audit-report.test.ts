import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frameworks } from '../../src/policy/compliance-controls.ts'
import { reportFrameworks } from '../../src/types/compliance.ts'
import { tell } from '../support/audit.ts'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let analyst: Person
beforeAll(async () => {
  world = await createWorld()
  analyst = await world.staff('security_analyst')
})
afterAll(() => world.close())

const report = (query: string, reader = analyst) => world.as(reader).get(`/api/audit/compliance/report?${query}`)

/** Around everything that would tell of it: as somebody does who may switch the triggers off. */
async function untold(statement: string, values: unknown[]): Promise<void> {
  const client = await world.admin.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query(statement, values)
  } finally {
    await client.query('reset session_replication_role')
    client.release()
  }
}

const insertGrant = (fields: {
  technician: string
  customer: string
  by: string
  expires: string | null
}): [string, unknown[], string] => {
  const id = uuidv7()
  const statement = `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at, expires_at, reason, updated_at)
     values ($1, $2, $3, 'read_only', 'active', $4, now(), now(), $5, 'seeded', now())`
  return [statement, [id, fields.technician, fields.customer, fields.by, fields.expires], id]
}

/** Of all frameworks together: each evidence once. */
async function everyEvidence(query: string): Promise<Map<string, any>> {
  const found = new Map<string, any>()
  for (const framework of reportFrameworks) {
    const { status, body } = await report(`${query}&framework=${framework}`)
    expect(status, JSON.stringify(body)).toBe(200)
    for (const evidence of body.data.evidence) found.set(evidence.id, evidence)
  }
  return found
}

describe('of a customer whose house is in order, with violations that were planted:', () => {
  const planted = {} as Record<'leaver' | 'selfGrant' | 'unbounded' | 'ungranted' | 'edit', string>
  let customer: Customer
  let query: string
  let evidence: Map<string, any>

  beforeAll(async () => {
    customer = await world.customer()
    await world.member(customer, 'admin')
    const [diligent, leaver, greedy, forever, stranger] = (await Promise.all(
      [1, 2, 3, 4, 5].map(() => world.staff('technician')),
    )) as [Person, Person, Person, Person, Person]
    const manager = await world.staff('super_admin')
    const { rows } = await world.admin.query('select clock_timestamp() as now')
    query = `organizationId=${customer.id}&from=${rows[0].now.toISOString()}&to=${new Date(Date.now() + 600_000).toISOString()}`

    const expires = new Date(Date.now() + 3_600_000_000).toISOString()
    const granted = await world.as(manager).post('/api/technician-access/grant', {
      technicianId: diligent.id,
      customerOrgId: customer.id,
      expiresAt: expires,
      reason: 'the usual',
    })
    expect(granted.status).toBe(201)
    const used = await world
      .as(diligent)
      .post(`/api/technician-access/${granted.body.data.id}/record-access`, { service: 'siem', action: 'looked' })
    expect(used.status).toBe(200)

    const of = (technician: Person, by: Person, until: string | null) =>
      insertGrant({ technician: technician.id, customer: customer.id, by: by.id, expires: until })
    const [one, oneValues, oneId] = of(leaver, manager, expires)
    await untold(one, oneValues)
    await untold(`update users set status = 'deleted' where id = $1`, [leaver.id])
    await untold(`update user_sessions set revoked_at = now() where user_id = $1`, [leaver.id])
    planted.leaver = oneId

    await world.admin.query('alter table technician_customer_access drop constraint access_never_to_oneself')
    const [two, twoValues, twoId] = of(greedy, greedy, expires)
    await untold(two, twoValues)
    planted.selfGrant = twoId

    const [three, threeValues, threeId] = of(forever, manager, null)
    await untold(three, threeValues)
    planted.unbounded = threeId

    planted.ungranted = await tell(world, {
      org_id: customer.id,
      user_id: stranger.id,
      actor_org_id: stranger.orgId,
      actor_role: 'technician',
      action: 'access.used',
      category: 'access',
      resource_type: 'grant',
      resource_id: uuidv7(),
      ip_address: '203.0.113.9',
      description: 'Looked where nobody let them',
    })

    await world.admin.query(`update organizations set domain = 'taken.example' where id = $1`, [customer.id])
    const edits = await world.admin.query(
      `select id from audit_logs where org_id = $1 and action = 'database.row_changed' order by occurred_at desc limit 1`,
      [customer.id],
    )
    planted.edit = edits.rows[0].id
    evidence = await everyEvidence(query)
  })

  const idsOf = (id: string): string[] =>
    evidence.get(id).exceptions.map(({ subject, eventId }: any) => eventId ?? subject.id)

  test.each([
    ['a leaver with a grant', 'leavers', 'leaver'],
    ['a grant that somebody gave themselves by SQL', 'separate_duties', 'selfGrant'],
    ['a grant without an end', 'bounded_grants', 'unbounded'],
    ['access without a grant', 'granted_use', 'ungranted'],
    ['an edit that no event tells of', 'told_changes', 'edit'],
  ] as const)('%s is the exception, and the only one', (_what, id, name) => {
    expect(idsOf(id)).toEqual([planted[name]])
    expect(evidence.get(id)).toMatchObject({ status: 'exceptions', exceptionsTotal: 1 })
  })

  test('nothing else is one', () => {
    const withSome = [...evidence.values()].filter(({ exceptionsTotal }) => exceptionsTotal > 0).map(({ id }) => id)
    expect(withSome.sort()).toEqual([
      'bounded_grants',
      'granted_use',
      'leavers',
      'separate_duties',
      'settings_changes',
      'told_changes',
    ])
  })

  test('each leads to its events in the trail', async () => {
    for (const [id, event] of [
      ['granted_use', planted.ungranted],
      ['told_changes', planted.edit],
    ] as const) {
      const [{ href }] = evidence.get(id).exceptions
      const { body } = await world.as(analyst).get(href)
      expect(body.data.items.map((one: { id: string }) => one.id)).toContain(event)
    }
  })

  test('a control has the status of its evidence, its figures, and the exceptions found in it', async () => {
    for (const framework of reportFrameworks) {
      const { data } = (await report(`${query}&framework=${framework}`)).body
      expect(data.controls.map(({ id }: any) => id)).toEqual(frameworks[framework].controls.map(({ id }) => id))
      for (const { id, status, evidence: rests, figures, exceptions } of data.controls) {
        const statuses: string[] = rests.map((one: string) => evidence.get(one).status)
        const expected =
          statuses.length === 0
            ? 'manual'
            : (['exceptions', 'not_evidenced', 'met'].find((one) => statuses.includes(one)) ?? 'met')
        expect([id, status]).toEqual([id, expected])
        const found = data.evidence.filter((one: any) => rests.includes(one.id))
        expect(exceptions).toEqual(found.flatMap((one: any) => one.exceptions))
        expect(Object.keys(figures)).toEqual(found.map((one: any) => one.id))
        for (const { id: one, population, exceptionsTotal, figures: more } of found)
          expect(figures[one]).toEqual({ population, exceptionsTotal, ...more })
      }
      expect(Object.values(data.summary).reduce((sum: number, n) => sum + Number(n), 0)).toBe(data.controls.length)
    }
  })

  test('as a page it says the same, and what was written by others is text in it', async () => {
    await untold(
      `update users set email = '<img src=x>@example.com' where id = (select technician_id from technician_customer_access where id = $1)`,
      [planted.unbounded],
    )
    const { statusCode, headers, payload } = await world.app.inject({
      url: `/api/audit/compliance/report?framework=soc2&format=html&${query}`,
      headers: { authorization: `Bearer ${analyst.token}` },
    })
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(payload).toContain('SOC 2 (Trust Services Criteria 2017)')
    for (const { id } of frameworks.soc2.controls) expect(payload).toContain(`<td>${id}`)
    expect(payload).toContain('&lt;img src=x&gt;@example.com holds read_only access without an end')
    expect(payload).not.toContain('<img')
    const [, address = ''] = /<a href="([^"#]+)">in the trail/.exec(payload) ?? []
    expect(new URL(address.replaceAll('&amp;', '&')).pathname).toBe('/audit')
    expect(payload).not.toMatch(/<(?:script|link|iframe|object|form)\b/)
  })

  test('as a document it is one', async () => {
    const { statusCode, headers, rawPayload } = await world.app.inject({
      url: `/api/audit/compliance/report?framework=pci_dss&format=pdf&${query}`,
      headers: { authorization: `Bearer ${analyst.token}` },
    })
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(headers['content-disposition']).toMatch(/^attachment; filename="castellan-pci_dss-[\d-]+\.pdf"$/)
    expect(rawPayload.toString('latin1', 0, 5)).toBe('%PDF-')
    expect(rawPayload.toString('latin1').trimEnd()).toMatch(/%%EOF$/)
  })
})

test('of an organization without anything nothing is met: it is not evidenced, or for a person to judge', async () => {
  const customer = await world.customer()
  // A whole millisecond later: the customer was made in the one that a date of JavaScript ends at.
  const { rows } = await world.admin.query(`select clock_timestamp() + interval '1 millisecond' as from`)
  const from = rows[0].from.toISOString()
  const to = new Date(Date.now() + 600_000).toISOString()
  for (const framework of reportFrameworks) {
    const { data } = (await report(`organizationId=${customer.id}&from=${from}&to=${to}&framework=${framework}`)).body
    expect(new Set(data.evidence.map(({ status }: any) => status))).toEqual(new Set(['not_evidenced']))
    for (const { status, evidence } of data.controls) {
      expect(status).toBe(evidence.length === 0 ? 'manual' : 'not_evidenced')
    }
    expect(data.integrity.checkpoint).toBeNull()
  }
})

test('a report is on record', async () => {
  const customer = await world.customer()
  await report(`framework=gdpr&organizationId=${customer.id}`)
  const { rows } = await world.admin.query(
    `select user_id, resource_id, details from audit_logs where details ->> 'organizationId' = $1 and action = 'audit.report_made'`,
    [customer.id],
  )
  expect(rows).toMatchObject([
    { user_id: analyst.id, resource_id: 'gdpr', details: { framework: 'gdpr', format: 'json' } },
  ])
})

test('without an organization it is about the whole platform', async () => {
  const { data } = (await report('framework=iso27001')).body
  expect(data.organization).toBeNull()
  expect(data.evidence.find(({ id }: any) => id === 'accounts').population).toBeGreaterThan(5)
})

test('404 on an organization that there is not; 403 for who may not; 400 without a framework or a period', async () => {
  expect(await report(`framework=soc2&organizationId=${uuidv7()}`)).toMatchObject({ status: 404 })
  expect(await report('framework=soc2', await world.staff('account_manager'))).toMatchObject({ status: 403 })
  expect(await report('framework=soc2', await world.member(await world.customer(), 'admin'))).toMatchObject({
    status: 403,
  })
  const backwards = 'framework=soc2&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z'
  for (const query of ['', 'framework=cobit', 'framework=soc2&format=docx', 'framework=soc2&from=x', backwards]) {
    expect(await report(query)).toMatchObject({ status: 400 })
  }
})
