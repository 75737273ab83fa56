import { createClient } from '@redis/client'

/** The fast memory that nodes share, and that may vanish at any time: whatever is asked of it has another answer without it. */
export interface Redis {
  /** What the script answers; null when it does not in time, or was just found not to. */
  evaluate(script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown>
  /** Best effort. */
  publish(channel: string, message: string): void
  /** `missed` is called when messages may have been missed. */
  subscribe(channel: string, on: { message: (message: string) => void; missed: () => void }): void
  close(): void
}

export interface Script {
  readonly text: string
}

/** In which it answers a thousand times over; after that this node goes on alone. */
const ANSWER_WITHIN_MS = 250
const CONNECT_WITHIN_MS = 1000
/** How long it is left alone after it did not. */
const PAUSE_MS = 1000
const MAX_WAITING = 10_000

/** Waits a moment for the connection, and does not insist. */
export async function openRedis(url: string, report: (message: string) => void): Promise<Redis> {
  const client = createClient({
    url,
    keyPrefix: 'castellan:',
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_WAITING,
    socket: { connectTimeout: CONNECT_WITHIN_MS, reconnectStrategy: (attempts) => Math.min(50 * 2 ** attempts, 1000) },
  })
  const listener = client.duplicate({ disableOfflineQueue: false })
  let silentUntil = 0
  let wasSilent = false

  function alone(): null {
    if (!wasSilent) report('Redis does not answer: this node does its work alone')
    wasSilent = true
    return null
  }

  function fail(): null {
    silentUntil = performance.now() + PAUSE_MS
    return alone()
  }

  function succeed<T>(answer: T): T {
    if (wasSilent) report('Redis answers again')
    wasSilent = false
    return answer
  }

  async function send<T>(command: () => Promise<T>): Promise<T | null> {
    if (!client.isReady) return alone()
    if (performance.now() < silentUntil) return null
    return inTime(command())
  }

  const inTime = <T>(answer: Promise<T>): Promise<T | null> =>
    within(answer.then(succeed, fail), ANSWER_WITHIN_MS, fail)

  const connecting = [client, listener].map((one) => {
    one.on('error', () => undefined)
    return one.connect().catch(() => null)
  })
  await within<unknown>(Promise.all(connecting), CONNECT_WITHIN_MS, fail)

  return {
    evaluate: (script, keys, values) =>
      send(() => client.eval(script.text, { keys: [...keys], arguments: values.map(String) })),
    // Also while it is left alone: what it hears late is told late, what it is not sent never.
    publish: (channel, message) => void (client.isReady ? inTime(client.publish(channel, message)) : alone()),
    subscribe(channel, { message, missed }) {
      listener.on('ready', missed)
      void listener.subscribe(channel, message).catch(() => undefined)
    },
    close() {
      for (const one of [client, listener]) one.destroy()
    },
  }
}

/** An answer that has arrived while this process was busy is not late: sockets are read between a timer and an immediate. */
async function within<T>(work: Promise<T>, ms: number, late: () => T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  let answered = false
  const giveUp = (): void => void (answered || resolve(late()))
  const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), ms)
  const answer = await Promise.race([work.finally(() => (answered = true)), promise])
  clearTimeout(timer)
  return answer
}
