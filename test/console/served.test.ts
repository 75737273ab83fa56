import { readdir } from 'node:fs/promises'
import { buildConsole } from '../../scripts/build-console.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let assets: string[]
beforeAll(async () => {
  await buildConsole()
  const files = await readdir(new URL('../../console/dist/assets/', import.meta.url))
  assets = files.filter((name) => !name.endsWith('.gz'))
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
const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8'
const get = (url: string, accept = BROWSER) => world.app.inject({ method: 'GET', url, headers: { accept } })

describe('the page', () => {
  test.each([
    '/',
    '/customers',
    '/matrix?level=full_access',
    '/people/0',
    '/invitations/some-token',
    '/password-reset/some-token',
  ])('at %s comes under a policy that lets in nothing foreign or inline', async (url) => {
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
  })

  test.each(['/invitations/some-token', '/password-reset/some-token'])(
    'at %s is kept by nobody on the way, for its address is a secret',
    async (url) => {
      expect((await get(url)).headers['cache-control']).toBe('no-store')
    },
  )

  test('is for browsers: who asks for something else at its addresses gets a 404 in the envelope', async () => {
    const { statusCode, body } = await get('/customers', 'application/json')
    expect(statusCode).toBe(404)
    expect(JSON.parse(body)).toMatchObject({ success: false, error: 'not_found' })
  })

  test('answers HEAD without a body', async () => {
    const { statusCode, body } = await world.app.inject({ method: 'HEAD', url: '/' })
    expect([statusCode, body]).toEqual([200, ''])
  })
})

test('every asset is served with its type and the common headers, and kept for good, since its name carries its hash', async () => {
  const types: Record<string, string> = { js: 'javascript', css: 'text/css' }
  expect(assets.length).toBeGreaterThan(5)
  for (const name of assets) {
    const { statusCode, headers } = await get(`/assets/${name}`, '*/*')
    expect([name, statusCode]).toEqual([name, 200])
    expect(name).toMatch(/-[\w-]{8}\.\w+$/)
    expect(headers['content-type']).toContain(types[name.split('.').pop() ?? ''] ?? 'none')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  }
  const script = assets.find((name) => name.startsWith('index-') && name.endsWith('.js')) ?? ''
  const small = await world.app.inject({ url: `/assets/${script}`, headers: { 'accept-encoding': 'gzip' } })
  expect(small.headers).toMatchObject({ 'content-encoding': 'gzip', vary: expect.stringMatching(/accept-encoding/i) })
  const icon = await get('/icon.svg', '*/*')
  expect(icon.headers).toMatchObject({ 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' })
  const again = await world.app.inject({ url: '/icon.svg', headers: { 'if-none-match': String(icon.headers.etag) } })
  expect(again.statusCode).toBe(304)
})

test.each([
  '/index.html',
  '/assets',
  '/assets/',
  '/assets/index.html',
  '/assets/none.js',
  '/assets/../index.html',
  '/assets/%2e%2e/index.html',
  '/assets/..%2f..%2fpackage.json',
  '/assets//main.js',
  '/package.json',
  '/.git/config',
  '/.env',
  '/src/config.ts',
  '/api/none',
  '/api/',
  '/.well-known/none',
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
