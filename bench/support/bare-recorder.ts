import fastify from 'fastify'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'

// What a request costs that asks nothing and keeps nothing; and, under /committed, one that keeps its event with a commit of its own.
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: Number(process.env['DATABASE_POOL_SIZE']),
  options: '-c search_path=castellan,pg_catalog',
})

/** Of a transaction that the sealer has passed: it would spend the measurement on telling that no server wrote this. */
const INSERT = {
  name: 'event',
  text: `insert into audit_logs (org_id, occurred_at, id, action, category, resource_type, resource_id, description, outcome, risk_level,
                                 compliance_relevant, frameworks, ip_address, request_id, details, tx_id)
         values ($1, now(), $2, 'access.used', 'access', 'grant', $1::uuid::text, 'First Last used endpoint at Customer: looked at an alert', 'success',
                 'low', true, '{soc2,iso27001}', '127.0.0.1', $2::uuid::text, $3, '3')`,
}

interface Use {
  Params: { accessId: string }
  Body: object
}

const app = fastify()
app.post<Use>('/api/technician-access/:accessId/record-access', async () => ({ success: true }))
app.post<Use>('/committed/api/technician-access/:accessId/record-access', async ({ params, body }) => {
  await pool.query({ ...INSERT, values: [params.accessId, uuidv7(), JSON.stringify(body)] })
  return { success: true }
})
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
process.on('SIGTERM', () => process.exit())
