import type pg from 'pg'
import { accessMatrix } from '../src/services/multi-tenant.service.ts'
import { AccessMatrixQuery } from '../src/types/access-matrix.ts'
import type { CompactMatrix } from '../src/types/access-matrix.ts'
import type { Answer, Question, Report } from './question.ts'
import { arraysOfIds, packedNumbers } from './support/matrix-in-sql.ts'
import { withProvider } from './support/provider.ts'
import type { Provider } from './support/provider.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const BYTES_A_GRANT = 12

export const wholeMatrix: Question = {
  id: 'whole-matrix',
  question:
    'How many times as fast as the best SQL that answers in JSON is the whole matrix, right after a grant has changed?',
  goal: 25,
  run: (report) => withProvider(report, (provider) => compare(provider, report)),
}

async function compare(provider: Provider, report: Report): Promise<Answer> {
  const { owner, call } = provider
  await check(provider)
  const bytesAGrant = sizeOf(JSON.parse((await ask(call)).toString()) as { data: CompactMatrix })
  if (bytesAGrant > BYTES_A_GRANT) throw new Error(`a grant takes ${bytesAGrant} bytes beyond its axes`)
  const { ours, packed, arrays } = await interleave(
    {
      ours: async () => {
        await changeOne(owner)
        return rate(() => ask(call))
      },
      packed: async () => rate(() => query(owner, packedNumbers)),
      arrays: async () => rate(() => query(owner, arraysOfIds)),
    },
    report,
  )
  const against = packed.map((value, round) => Math.max(value, arrays[round] ?? 0))
  return {
    ours: median(ours),
    against: median(against),
    ratio: medianRatio(ours, against),
    unit: 'matrices/s',
    details: {
      bytesAGrant,
      timesArraysOfIds: medianRatio(ours, arrays),
      timesPackedNumbers: medianRatio(ours, packed),
    },
  }
}

/** What is sent. */
async function ask(call: Provider['call']): Promise<Buffer> {
  const answer = await accessMatrix(call(), AccessMatrixQuery.parse({ view: 'compact' }))
  if (!('json' in answer)) throw new Error('it is not the whole')
  return Buffer.concat([Buffer.from('{"success":true,"data":'), answer.json, Buffer.from('}')])
}

async function query(owner: pg.Pool, text: string): Promise<Buffer> {
  const { rows } = await owner.query<{ data: string }>({ name: text.slice(0, 20), text })
  return Buffer.from(`{"success":true,"data":${rows[0]?.data}}`)
}

async function rate(answer: () => Promise<Buffer>): Promise<number> {
  const startedAt = performance.now()
  const { length } = await answer()
  if (length < 1_000_000) throw new Error('the matrix was not whole')
  return 1000 / (performance.now() - startedAt)
}

const changeOne = (owner: pg.Pool) =>
  owner.query(`
    update technician_customer_access set access_level = case access_level when 'read_only' then 'full_access' else 'read_only' end
     where id = (select id from technician_customer_access order by md5(id::text || now()::text) limit 1)`)

/** Both tell the same cells. */
async function check({ owner, call }: Provider): Promise<void> {
  const { data } = JSON.parse((await ask(call)).toString()) as { data: CompactMatrix }
  const { cells } = (JSON.parse((await query(owner, packedNumbers)).toString()) as { data: { cells: number[] } }).data
  const ours = data.customerIndex.map((column, i) => column * 64 + (data.level[i] ?? 0) * 16 + (data.flags[i] ?? 0))
  for (let row = 0; row < data.technicians.length; row++)
    for (let i = data.rowOffsets[row] ?? 0; i < (data.rowOffsets[row + 1] ?? 0); i++)
      ours[i] = (ours[i] ?? 0) + row * 2 ** 32
  const theirs = Float64Array.from(cells).sort()
  if (ours.length !== theirs.length || ours.some((cell, i) => cell !== theirs[i]))
    throw new Error('the matrices differ')
}

function sizeOf({ data }: { data: CompactMatrix }): number {
  const { rowOffsets, customerIndex, level, flags } = data
  return JSON.stringify({ rowOffsets, customerIndex, level, flags }).length / customerIndex.length
}
