import { connect, createServer } from 'node:net'
import type { AddressInfo, NetConnectOpts, Socket } from 'node:net'

/** A wire to a server of ours, that can be slow, silent, or cut. */
export interface Wire {
  readonly port: number
  /** What is said from now on, in either direction, arrives so much later. */
  delay(milliseconds: number): void
  /** As if the server were gone: who is connected is thrown out, and nobody gets in. */
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

export async function openWire(to: NetConnectOpts): Promise<Wire> {
  const sockets = new Set<Socket>()
  let delayMs = 0
  const server = createServer((near) => {
    const far = connect(to)
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      pass(from, other, () => delayMs)
      from.on('error', () => undefined)
      from.on('close', () => (sockets.delete(from), other.destroy()))
    }
  })
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo

  async function cut(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  return {
    port,
    delay: (milliseconds) => void (delayMs = milliseconds),
    cut,
    mend: () => listen(port),
    close: async () => void (server.listening && (await cut())),
  }
}

/** In order, also when the delay changes. */
function pass(from: Socket, to: Socket, delayMs: () => number): void {
  const waiting: Buffer[] = []
  let lastDueAt = 0
  from.on('data', (part: Buffer) => {
    const now = performance.now()
    lastDueAt = Math.max(lastDueAt, now + delayMs())
    if (lastDueAt <= now && waiting.length === 0) return void to.write(part)
    waiting.push(part)
    setTimeout(() => to.write(waiting.shift() ?? ''), lastDueAt - now).unref()
  })
}
