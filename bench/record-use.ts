import type { Answer, Question, Report } from './question.ts'
import type { Asking } from './support/load.ts'
import { tokenOffice } from './support/our-server.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'
import { detailsOf, ratesOf, withServers } from './support/under-load.ts'

export const recordUse: Question = {
  id: 'record-use',
  question:
    'How much of a bare Fastify with an empty answer is left when the use of a grant is decided and its event is durable before the answer?',
  goal: 0.3,
  run: async (report) => compare(await openPlatform(report), report),
}

// Technicians at work, each by ten of their grants in turn.
const uses = `
  select s.id as sid, s.user_id as sub, g.id as "grantId"
    from (select distinct on (user_id) id, user_id from user_sessions order by user_id, id) s
   cross join lateral (select id from technician_customer_access where technician_id = s.user_id order by md5(id::text) limit 10) g
   order by md5(g.id::text)`

const body = JSON.stringify({ service: 'endpoint', action: 'looked at an alert', ticket: 'INC-4711' })

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const contest = {
    requests: await listUses(platform),
    peer: new URL('support/bare-recorder.ts', import.meta.url),
  }
  return withServers(platform, contest, async (measure) => {
    const before = await usesOnRecord(platform)
    let answered = 0
    const ours = async () => {
      const sample = await measure.ours()
      answered += sample.requests
      return sample
    }
    const samples = await interleave(
      { ours, bare: () => measure.peer(), committed: () => measure.peer('/committed') },
      report,
    )
    const kept = (await usesOnRecord(platform)) - before
    if (kept !== answered) throw new Error(`${answered} uses were answered, ${kept} are on record`)
    const [rates, bare] = [ratesOf(samples.ours), ratesOf(samples.bare)]
    return {
      ours: median(rates),
      against: median(bare),
      ratio: medianRatio(rates, bare),
      unit: 'uses/s',
      details: { ...detailsOf(samples), timesCommitted: medianRatio(rates, ratesOf(samples.committed)) },
    }
  })
}

async function listUses({ owner }: Platform): Promise<Asking[]> {
  const { rows } = await owner.query<{ sid: string; sub: string; grantId: string }>(uses)
  const tokenOf = tokenOffice()
  return rows.map(({ grantId, ...session }) => ({
    token: tokenOf(session),
    path: `/api/technician-access/${grantId}/record-access`,
    body,
    tells: '"success":true',
  }))
}

async function usesOnRecord({ owner }: Platform): Promise<number> {
  const { rows } = await owner.query<{ events: number }>(
    `select count(*)::int as events from audit_logs where action = 'access.used' and leaf is not null`,
  )
  return rows[0]?.events ?? NaN
}
