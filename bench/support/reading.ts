import type { Answer, Report } from '../question.ts'
import type { Asking } from './load.ts'
import { tokenOffice } from './our-server.ts'
import type { Platform } from './platform.ts'
import { interleave, median, medianRatio } from './rounds.ts'
import { detailsOf, ratesOf, withServers } from './under-load.ts'

/** Our server and the bare one under the same reads, in turn. `choose` picks them, one row a read. */
export async function compareReads(platform: Platform, choose: string, report: Report): Promise<Answer> {
  const contest = { requests: await listReads(platform, choose), peer: new URL('bare-server.ts', import.meta.url) }
  return withServers(platform, contest, async (measure) => {
    const samples = await interleave({ ours: () => measure.ours(), bare: () => measure.peer() }, report)
    const [ours, bare] = [ratesOf(samples.ours), ratesOf(samples.bare)]
    return {
      ours: median(ours),
      against: median(bare),
      ratio: medianRatio(ours, bare),
      unit: 'requests/s',
      details: detailsOf(samples),
    }
  })
}

async function listReads({ owner }: Platform, choose: string): Promise<Asking[]> {
  const { rows } = await owner.query<{ sid: string; sub: string; organizationId: string }>(choose)
  const tokenOf = tokenOffice()
  return rows.map(({ organizationId, ...session }) => ({
    token: tokenOf(session),
    path: `/api/organizations/${organizationId}`,
    tells: `"id":"${organizationId}"`,
  }))
}
