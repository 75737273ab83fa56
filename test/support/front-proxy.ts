import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { haproxyPath } from '../../scripts/install-haproxy.ts'
import { callerAt } from './caller.ts'
import type { Caller } from './caller.ts'
import { freePort } from './free-port.ts'

/** The example that operators get. */
const CONFIGURATION = fileURLToPath(new URL('../../docs/operations/haproxy.cfg', import.meta.url))

export interface FrontProxy extends Caller {
  stop(): Promise<void>
}

/** haproxy in front of two nodes on this machine. Resolves when it passes calls on. */
export async function openFrontProxy(one: number, two: number): Promise<FrontProxy> {
  const path = await haproxyPath()
  const port = await freePort()
  const env = {
    CASTELLAN_LISTEN: `127.0.0.1:${port}`,
    CASTELLAN_ONE: `127.0.0.1:${one}`,
    CASTELLAN_TWO: `127.0.0.1:${two}`,
  }
  const child = spawn(path, ['-db', '-f', CONFIGURATION], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => void (said += part))
  const ended = new Promise((resolve) => child.once('close', resolve))
  const caller = callerAt(port)
  while ((await caller.ask('/readyz')).status !== 200) {
    if (child.exitCode !== null) throw new Error(`haproxy ended: ${said}`)
    await sleep(50)
  }
  return {
    ...caller,
    async stop() {
      caller.close()
      child.kill('SIGKILL')
      await ended
    },
  }
}
