import fastify from 'fastify'
import pg from 'pg'
import { READ } from './plain-read.ts'

// What a read costs when nobody asks who reads: Fastify, its own serializer, one prepared query, no row security.
const nullableText = { type: ['string', 'null'] }
const organization = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    type: { type: 'string' },
    domain: nullableText,
    status: { type: 'string' },
    settings: { type: 'object', additionalProperties: true },
    createdAt: { type: 'string' },
    updatedAt: { type: 'string' },
    createdBy: nullableText,
  },
}
const answer = { type: 'object', properties: { success: { type: 'boolean' }, data: organization } }

const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: Number(process.env['DATABASE_POOL_SIZE']),
  options: '-c search_path=castellan,pg_catalog',
})

const app = fastify()
app.get<{ Params: { id: string } }>(
  '/api/organizations/:id',
  { schema: { response: { 200: answer } } },
  async ({ params }) => {
    const { rows } = await pool.query({ ...READ, values: [params.id] })
    return { success: true, data: rows[0] }
  },
)
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
process.on('SIGTERM', () => process.exit())
