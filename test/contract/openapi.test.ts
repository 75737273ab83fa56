import diagnostics from 'node:diagnostics_channel'
import fastify from 'fastify'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { askQuestions, refuseUnlisted } from '../../src/plugins/call.ts'
import { operations } from '../../src/policy/operations.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required: boolean; schema: unknown }[]
  requestBody?: { content: Record<string, { schema: unknown }> }
  responses: Record<string, { description: string; content: Record<string, { schema: unknown }> }>
}

interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> }
}

let world: World
let document: Document
/** What the framework was told to serve, heard at the framework itself. */
const registered: RouteOptions[] = []

beforeAll(async () => {
  const listen = (message: unknown): void => {
    const { fastify: app } = message as { fastify: FastifyInstance }
    app.addHook('onRoute', (route) => void registered.push(route))
  }
  diagnostics.subscribe('fastify.initialization', listen)
  world = await createWorld()
  diagnostics.unsubscribe('fastify.initialization', listen)
  document = (await world.nobody.get('/openapi.json')).body as unknown as Document
})
afterAll(() => world.close())

const described = (): [name: string, operation: Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )

const nameOf = ({ method, url }: RouteOptions): string =>
  `${String(method)} ${url.replace(/(?<=.)\/$/, '').replaceAll(/:(\w+)/g, '{$1}')}`

const answered = ['GET /healthz', 'GET /readyz', 'GET /openapi.json', 'GET /.well-known/security.txt']

test('the description names every registered route under /api, and none that is not registered', () => {
  const api = (names: string[]) => [...new Set(names.filter((name) => name.includes(' /api')))].sort()
  expect(api(registered.map(nameOf)).length).toBeGreaterThan(0)
  expect(api(described().map(([name]) => name))).toEqual(api(registered.map(nameOf)))
})

test('beyond /api it names what is answered for machines, and nothing that is not registered', () => {
  const others = described()
    .map(([name]) => name)
    .filter((name) => !name.includes(' /api'))
  expect(others).toEqual(expect.arrayContaining(answered))
  expect(registered.map(nameOf)).toEqual(expect.arrayContaining(others))
})

test('every route under /api names a row of the table of operations', () => {
  const api = registered.filter(({ url }) => url.startsWith('/api'))
  for (const route of api) expect(operations, nameOf(route)).toHaveProperty([route.config?.operation ?? 'no operation'])
})

describe('the server does not start', () => {
  const handler = async () => null

  test('on a route under /api that names no operation', async () => {
    const app = fastify()
    refuseUnlisted(app, '/api')
    expect(() => app.get('/api/secrets', handler)).toThrow('GET /api/secrets names no operation of the table')
    const scoped = app.register(async (scope) => void scope.get('/', handler), { prefix: '/api/secrets' })
    await expect(scoped.ready()).rejects.toThrow('names no operation of the table')
  })

  test('when anything at all mounts such a route in it', async () => {
    const stray = (message: unknown): void => {
      const { fastify: app } = message as { fastify: FastifyInstance }
      app.register(async (scope) => void scope.get('/api/stray', handler))
    }
    diagnostics.subscribe('fastify.initialization', stray)
    const starting = createApp(world.house)
    diagnostics.unsubscribe('fastify.initialization', stray)
    await expect(starting).rejects.toThrow('GET /api/stray names no operation of the table')
  })

  test('on an endpoint behind the chain that names no operation, or one that is not in the table', () => {
    const app = fastify()
    askQuestions(app, world.house)
    expect(() => app.get('/elsewhere', handler)).toThrow('names no operation of the table')
    const config = { operation: 'organizations.everything' as never }
    expect(() => app.get('/elsewhere', { config }, handler)).toThrow('names no operation of the table')
  })
})

describe('as OpenAPI 3.1 asks', () => {
  test('version, title and version of the interface are given', () => {
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\.\d+$/), info: { title: 'Castellan' } })
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('every setting of an organization tells what holds when it is absent', () => {
    const { properties } = document.components.schemas['OrganizationSettings'] as {
      properties: Record<string, { description?: string }>
    }
    expect(Object.keys(properties)).toHaveLength(8)
    for (const [name, { description }] of Object.entries(properties))
      expect(description, name).toMatch(/ Default: \S.*\.$/)
  })

  test('every operation has a name of its own, a tag, a summary, and says how its caller is known', () => {
    const names = described().map(([, { operationId }]) => operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const [name, { operationId, tags, summary, security }] of described()) {
      expect(operationId, name).toMatch(/^[a-z]\w+$/)
      expect(tags, name).toHaveLength(1)
      expect(summary, name).toBeTruthy()
      for (const scheme of security.flatMap(Object.keys))
        expect(document.components.securitySchemes, name).toHaveProperty([scheme])
    }
  })

  test('an operation asks for a token exactly where the table asks who calls', () => {
    const open = new Map(
      registered.map((route) => [nameOf(route), operations[route.config?.operation ?? 'operations.read'] === 'public']),
    )
    for (const [name, { security }] of described()) expect(security.length === 0, name).toBe(open.get(name))
  })

  test('every operation tells one success, and its refusals in the one shape they have', () => {
    const refusal = { $ref: '#/components/schemas/Failure' }
    for (const [name, { responses, security }] of described()) {
      const statuses = Object.keys(responses)
      expect(
        statuses.filter((status) => status.startsWith('2')),
        name,
      ).toHaveLength(1)
      expect(statuses, name).toEqual(expect.arrayContaining(['400', '429', '500', '503', '4XX', '5XX']))
      if (security.length > 0) expect(statuses, name).toContain('401')
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description, `${name} ${status}`).not.toBe('Default Response')
        if (!/^[23]/.test(status)) expect(content['application/json']?.schema, `${name} ${status}`).toEqual(refusal)
      }
    }
  })

  test('the parameters of a path are the required path parameters of its operations', () => {
    for (const [name, { parameters = [] }] of described()) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter)
      const declared = parameters.filter((parameter) => parameter.in === 'path')
      expect(declared.map((parameter) => parameter.name).sort(), name).toEqual(inPath.sort())
      expect(
        declared.every(({ required }) => required),
        name,
      ).toBe(true)
      expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size, name).toBe(parameters.length)
    }
  })

  test('every reference leads somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference = '']) => reference,
    )
    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) {
      const path = reference.replace(/^#\//, '').split('/')
      expect(document, reference).toHaveProperty(path)
    }
  })
})
