import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Answer, Question, Report } from './question.ts'
import { addGrants, GRANTS, populate, tabulate, TECHNICIANS } from './support/population.ts'
import type { Population } from './support/population.ts'
import { median } from './support/rounds.ts'

const ALLOWED = { bytesAGrant: 200, buildMs: 300, changeUs: 50 }
const ROUNDS = 7
const CHANGES = 2000

export const grantIndex: Question = {
  id: 'grant-index',
  question: 'Do 200,000 grants take at most 200 bytes each and 300 ms of CPU, and one that changes 50 µs?',
  goal: 1,
  run: measure,
}

async function measure(report: Report): Promise<Answer> {
  const population = populate()
  const size = await bytesAGrant(population)
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
    report(`round ${round} of ${ROUNDS}`)
    return { buildMs: buildMs(population), changeUs: changeUs(population) }
  }).slice(1)
  const details = {
    bytesAGrant: size,
    buildMs: median(rounds.map((round) => round.buildMs)),
    changeUs: median(rounds.map((round) => round.changeUs)),
  }
  const ratio = Math.min(
    ALLOWED.bytesAGrant / details.bytesAGrant,
    ALLOWED.buildMs / details.buildMs,
    ALLOWED.changeUs / details.changeUs,
  )
  return { ours: ratio, against: 1, ratio, unit: 'times better than allowed, the worst of three', details }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Buffers are let go of beside, a little later. */
async function inUse(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    collectGarbage()
    await sleep(50)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** With names and states of all parties, without what the grants were made from. */
async function bytesAGrant(population: Population): Promise<number> {
  tabulate(population)
  const before = await inUse()
  const table = tabulate(population)
  const bytes = (await inUse()) - before
  if (countOf(table, population) !== GRANTS) throw new Error('grants are missing')
  return bytes / GRANTS
}

const countOf = (table: ReturnType<typeof tabulate>, population: Population): number =>
  Array.from({ length: TECHNICIANS }, (_, t) => table.grantsOf(population.technician(t)).count).reduce((a, b) => a + b)

/** What it takes to make the rows is taken off. */
function buildMs(population: Population): number {
  const rows = Array.from({ length: TECHNICIANS }, (_, t) => population.grantsOf(t))
  const table = tabulate(populate(0))
  return cpuUs(() => rows.forEach((grants) => addGrants(table, grants))) / 1000
}

/** Seen by the next decision. */
function changeUs(population: Population): number {
  const table = tabulate(population)
  const grants = population.grantsOf(7)
  const asked = { now: new Date('2026-11-23T08:00Z'), address: '192.0.2.7', level: 'read_only' } as const
  const us = cpuUs(() => {
    for (let i = 0; i < CHANGES; i++) {
      const [grant] = grants.slice(i % grants.length)
      if (!grant) throw new Error('there is no such grant')
      const pair = [grant.technicianId, grant.customerOrgId] as const
      table.replace({
        pairs: [pair],
        grants: i % 2 === 0 ? [] : [{ ...grant, expiresAt: null, startsAt: 0, timeRestrictions: null }],
      })
      if ((table.judge(grant, asked) === 0) === (i % 2 === 0)) throw new Error('a change was not seen')
    }
  })
  return us / CHANGES
}

function cpuUs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
