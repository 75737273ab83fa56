import { flushCompileCache } from 'node:module'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/house.ts'
import { startClock } from '../../src/jobs/clock.ts'
import { tickOf } from '../../src/jobs/tick.ts'
import { sealTrail } from '../../src/services/audit.service.ts'

/** A node with many writers at once and a sealer that never rests. It says which organizations were acknowledged, and is killed. */
const { WRITERS = '32', USER_ID = '', SESSION_ID = '' } = process.env
const house = await openHouse(readConfig(), () => undefined)
const app = await createApp(house)
await app.ready()
flushCompileCache()
startClock([{ name: 'seal-trail', everySeconds: 0.02, run: sealTrail }], {
  tickOf: () => tickOf(house, app.log),
  log: app.log,
})
const { token } = house.credentials.signer.sign({ sub: USER_ID, sid: SESSION_ID }, new Date())

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const name = `${process.pid} ${writer} ${n} ${Date.now()}`
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url: '/api/organizations', headers, payload: { name } })
    if (answer.statusCode === 201) process.stdout.write(`${answer.json().data.id}\n`)
    else await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

await Promise.all(Array.from({ length: Number(WRITERS) }, (_, writer) => write(writer)))
