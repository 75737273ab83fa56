import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callerAt } from '../support/caller.ts'
import type { Caller } from '../support/caller.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** Of each sort. */
const SLOW = Number(process.env['SLOW_CLIENTS'] ?? 100)
/** Ten seconds for a request, and a while until somebody looks. */
const GONE_MS = 15_000

let world: World
let admin: Person
let caller: Caller
let port: number
beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  port = (world.app.server.address() as AddressInfo).port
  caller = callerAt(port)
})
afterAll(async () => {
  caller.close()
  await world.close()
})

interface Held {
  socket: Socket
  /** What was said to it, and when it was closed, in ms. */
  ended: Promise<{ heard: string; after: number }>
}

function hold(begin: string, drip: string): Held {
  const openedAt = performance.now()
  let heard = ''
  const socket = connect(port, '127.0.0.1', () => void socket.write(begin))
  const dripping = setInterval(() => drip && socket.writable && socket.write(drip), 1000)
  socket.setEncoding('utf8').on('data', (part: string) => void (heard += part))
  socket.on('error', () => undefined)
  const ended = new Promise<{ heard: string; after: number }>((resolve) =>
    socket.once('close', () => {
      clearInterval(dripping)
      resolve({ heard, after: performance.now() - openedAt })
    }),
  )
  return { socket, ended }
}

const sorts: Record<string, () => Held> = {
  'that say nothing': () => hold('', ''),
  'that stop within their headers': () => hold('GET /healthz HTTP/1.1\r\nhost: x\r\n', ''),
  'that never come to the end of their headers': () => hold('GET /healthz HTTP/1.1\r\nhost: x\r\n', 'x-more: 1\r\n'),
  'that never come to the end of their body': () =>
    hold(
      `POST /api/organizations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin.token}\r\n` +
        'content-type: application/json\r\ncontent-length: 9999\r\n\r\n{"name":"',
      'a',
    ),
}

describe('clients', () => {
  test('that are slow are sent away in time, and others do not notice them', async () => {
    const held = Object.entries(sorts).map(([sort, make]) => [sort, Array.from({ length: SLOW }, make)] as const)
    let over = false
    const honest: number[] = []
    const asking = (async () => {
      while (!over) {
        honest.push((await caller.ask(`/api/organizations/${admin.orgId}`, { token: admin.token })).status)
        await sleep(20)
      }
    })()
    for (const [sort, sockets] of held) {
      const ends = await Promise.all(sockets.map(({ ended }) => ended))
      expect(Math.max(...ends.map(({ after }) => after)), sort).toBeLessThan(GONE_MS)
      for (const { heard } of ends) expect(heard, sort).toMatch(/^(HTTP\/1\.1 408 |$)/)
    }
    over = true
    await asking
    expect(honest.length).toBeGreaterThan(50)
    expect(new Set(honest)).toEqual(new Set([200]))
    expect((await world.admin.query(`select from organizations where name like 'a%'`)).rows).toEqual([])
  })

  test('that take their time, but not too much of it, are answered', async () => {
    const { socket, ended } = hold('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n', '')
    await sleep(2000)
    socket.write('\r\n')
    expect((await ended).heard).toMatch(/^HTTP\/1\.1 200 /)
  })
})
