import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, Question, Report } from './question.ts'
import { startLoadGenerator } from './support/load.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { byEverybody, byTechnicians, startProbe } from './support/probe.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'
import { measure } from './support/under-load.ts'
import type { Sample } from './support/under-load.ts'

export const authenticatedRoute: Question = {
  id: 'authenticated-route',
  question:
    'How much of an empty route that is open to everybody is left when it asks who calls, how often, and whether they may?',
  goal: 0.85,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const servers = await Promise.all([startProbe({ platform, dataDir }), startProbe({ platform, dataDir })])
  const [server, openServer] = servers
  const known = await startLoadGenerator(await byTechnicians(platform))
  const anybody = await startLoadGenerator(byEverybody)
  try {
    return toAnswer(
      await interleave({ ours: () => measure(known, server), open: () => measure(anybody, openServer) }, report),
    )
  } finally {
    for (const load of [known, anybody]) load.stop()
    await Promise.all(servers.map((one) => one.stop()))
    await rm(dataDir, { recursive: true, force: true })
  }
}

function toAnswer({ ours, open }: { ours: Sample[]; open: Sample[] }): Answer {
  const perCpuSecond = (samples: Sample[]): number[] => samples.map(({ cpuUs }) => 1e6 / cpuUs)
  const rate = (samples: Sample[]): number[] => samples.map(({ requests, seconds }) => requests / seconds)
  const of = (samples: Sample[], what: 'cpuUs' | 'p50Ms' | 'p99Ms'): number => median(samples.map((s) => s[what]))
  return {
    ours: median(perCpuSecond(ours)),
    against: median(perCpuSecond(open)),
    ratio: medianRatio(perCpuSecond(ours), perCpuSecond(open)),
    unit: 'requests/CPU s',
    details: {
      cpuUs: of(ours, 'cpuUs'),
      openCpuUs: of(open, 'cpuUs'),
      rate: median(rate(ours)),
      openRate: median(rate(open)),
      rateRatio: medianRatio(rate(ours), rate(open)),
      p50Ms: of(ours, 'p50Ms'),
      p99Ms: of(ours, 'p99Ms'),
      openP50Ms: of(open, 'p50Ms'),
      openP99Ms: of(open, 'p99Ms'),
    },
  }
}
