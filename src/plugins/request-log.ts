import { LogController } from 'fastify'
import type { FastifyInstance } from 'fastify'

/** One line a request, at its end, instead of the framework's two with the whole URL: that may hold a secret. */
export const quiet = new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' })

export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', ({ log, method, routeOptions }, { statusCode, elapsedTime }, done) => {
    const level = routeOptions.config.operation === 'operations.probe' ? 'debug' : 'info'
    log[level](
      { method, route: routeOptions.url ?? null, status: statusCode, ms: Math.round(elapsedTime * 10) / 10 },
      'answered',
    )
    done()
  })
}
