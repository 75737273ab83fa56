import { parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import type { AuditEvent } from '../../types/audit.ts'
import { parquetForm } from './export-parquet.ts'

const event = (i: number): AuditEvent => ({
  id: `01a20000-0000-7000-8000-${String(i).padStart(12, '0')}`,
  sequence: i,
  occurredAt: new Date(Date.UTC(2026, 10, 1) + i).toISOString(),
  actor: null,
  organizationId: '01a20000-0000-7000-8000-aaaaaaaaaaaa',
  action: 'access.used',
  category: 'access',
  resourceType: 'grant',
  resourceId: '01a20000-0000-7000-8000-bbbbbbbbbbbb',
  description: 'Looked',
  outcome: 'success',
  riskLevel: 'low',
  riskFactors: [],
  complianceRelevant: true,
  frameworks: [],
  ipAddress: '203.0.113.9',
  userAgent: null,
  sessionId: null,
  requestId: null,
  changes: null,
  details: {},
  erased: [],
})

const sliceOf = (events: AuditEvent[]) => ({
  bytes: Buffer.from(events.map((one) => `${JSON.stringify(one)}\n`).join('')),
  rows: events.length,
  last: { occurredAt: '2026-11-01T00:00:00.000Z', id: '' },
  sequences: null,
})

const read = (bytes: Buffer) => parquetReadObjects({ file: new Uint8Array(bytes).buffer })

test('a file that broke off is none; without its last line it has all that came before', async () => {
  const form = parquetForm()
  const events = Array.from({ length: 4100 }, (_, i) => event(i))
  const failure = { complete: false, rows: events.length, after: 'here' } as const
  const file = Buffer.concat([form.begin(), form.add(sliceOf(events)), form.failed(failure)])
  await expect(read(file)).rejects.toThrow('parquet file invalid')
  const line = file.lastIndexOf('\n', file.length - 2)
  expect(JSON.parse(file.toString('utf8', line))).toEqual({ failed: failure })
  const rows = await read(file.subarray(0, line))
  expect(rows.map(({ metadata }) => metadata.uid)).toEqual(events.map(({ id }) => id))
})
