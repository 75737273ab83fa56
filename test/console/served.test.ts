import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
]
const get = (url: string) => world.app.inject({ method: 'GET', url })
const assets = await readdir(new URL('../../console/assets/', import.meta.url), {
  recursive: true,
  withFileTypes: true,
})

describe('the page', () => {
  test.each(['/', '/invitations/some-token', '/password-reset/some-token'])(
    'at %s comes under a policy that lets in nothing foreign or inline',
    async (url) => {
      const { statusCode, headers, body } = await get(url)
      expect(statusCode).toBe(200)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      const directives = String(headers['content-security-policy']).split('; ')
      expect(directives).toEqual(expect.arrayContaining(POLICY))
      expect(directives.join()).not.toMatch(/unsafe|\*|https?:|sandbox/)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(body).not.toMatch(/<style|<script(?![^>]*src=)|\sstyle=|\son\w+=|https?:\/\//)
    },
  )

  test.each(['/invitations/some-token', '/password-reset/some-token'])(
    'at %s is kept by nobody on the way, for its address is a secret',
    async (url) => {
      expect((await get(url)).headers['cache-control']).toBe('no-store')
    },
  )

  test('answers HEAD without a body', async () => {
    const { statusCode, body } = await world.app.inject({ method: 'HEAD', url: '/' })
    expect([statusCode, body]).toEqual([200, ''])
  })
})

test('every asset is served with its type, the common headers, and asked for again when it has changed', async () => {
  const types: Record<string, string> = { js: 'application/javascript', css: 'text/css', svg: 'image/svg+xml' }
  const paths = assets
    .filter((entry) => entry.isFile())
    .map(
      ({ parentPath, name }) =>
        `/assets/${`${parentPath}/${name}`.split('/console/assets/').pop()?.replace(/^\//, '')}`,
    )
  expect(paths).toContain('/assets/main.js')
  for (const path of paths) {
    const { statusCode, headers } = await get(path)
    expect([path, statusCode]).toEqual([path, 200])
    expect(headers['content-type']).toContain(types[path.split('.').pop() ?? ''] ?? 'none')
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' })
    const again = await world.app.inject({ url: path, headers: { 'if-none-match': String(headers.etag) } })
    expect(again.statusCode).toBe(304)
  }
})

test.each([
  '/index.html',
  '/assets',
  '/assets/',
  '/assets/index.html',
  '/assets/none.js',
  '/assets/ui',
  '/assets/../index.html',
  '/assets/%2e%2e/index.html',
  '/assets/..%2f..%2fpackage.json',
  '/assets//main.js',
  '/invitations',
  '/invitations/a/b',
  '/customers',
  '/console',
])('%s is a 404 in the envelope', async (url) => {
  const { statusCode, headers, body } = await get(url)
  expect(statusCode).toBe(404)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(JSON.parse(body)).toMatchObject({ success: false, error: 'not_found' })
})

test('the page and its assets are no endpoints: the description of the API does not know them', async () => {
  const paths = Object.keys((await get('/openapi.json')).json().paths)
  expect(paths.filter((path) => !/^\/(api\/|healthz|readyz|metrics|openapi|docs|\.well-known)/.test(path))).toEqual([])
})
