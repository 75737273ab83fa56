import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/house.ts'
import type { Operation } from '../../src/policy/operations.ts'
import { askQuestions, contextOf } from '../../src/plugins/call.ts'
import { answerOnce } from '../../src/plugins/idempotency.ts'
import { endpoint } from '../../src/routes/endpoint.ts'
import type { Endpoint } from '../../src/routes/endpoint.ts'

// Our server with two endpoints more, mounted as all are, that do nothing: one for people with an account, one for everybody.
const empty = (url: string, operation: Operation): Endpoint =>
  endpoint({
    method: 'GET',
    url,
    operation,
    summary: 'Nothing',
    data: z.object({ done: z.literal(true) }),
    handle: () => ({ done: true as const }),
  })

const config = readConfig()
const house = await openHouse(config, () => undefined)
const app = await createApp(house)
await app.register(
  async (scope) => {
    askQuestions(scope, house)
    answerOnce(scope, house)
    for (const one of [empty('/known', 'notifications.own'), empty('/anybody', 'operations.probe')])
      one.mount(scope, 'bench', (request: FastifyRequest) => contextOf(request, house))
  },
  { prefix: '/api/bench' },
)
await app.listen({ host: '127.0.0.1', port: config.PORT })
process.on('SIGTERM', () => process.exit())
