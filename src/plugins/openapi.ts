import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import manifest from '../../package.json' with { type: 'json' }

/** Describes exactly the routes that are registered after it and have a tag, as OpenAPI 3.1. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Castellan',
        version: manifest.version,
        description: `${manifest.description} A slash at the end of a path changes nothing.`,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route)
      return { schema, url: url.replace(/(?<=.)\/$/, '') }
    },
    transformObject: jsonSchemaTransformObject,
  })
}
