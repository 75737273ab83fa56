import pg from 'pg'
import { createSender } from '../src/database/tenancy.ts'
import type { Sender } from '../src/database/tenancy.ts'
import { createPool } from '../src/database/pool.ts'
import { findUsersSaying, listUsers } from '../src/queries/users.ts'
import type { Answer, Question, Report } from './question.ts'
import { gatherCrowd } from './support/crowd.ts'
import type { Crowd } from './support/crowd.ts'
import { listRate } from './support/list-rate.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const CONNECTIONS = 4
const PAGE = { page: 1, limit: 20, offset: 0 }

export const search: Question = {
  id: 'search',
  question:
    'How much of a search over trigrams without row security is left when staff search 300,000 people under it, in the two steps that it takes?',
  goal: 0.4,
  run: async (report) => compare(await gatherCrowd(report), report),
}

interface Words {
  readonly words: string
  readonly orgId: string
  /** How many of the first page have them, among all and in that organization. */
  readonly everywhere: number
  readonly there: number
}

async function compare(crowd: Crowd, report: Report): Promise<Answer> {
  const [{ technicianId: userId } = { technicianId: '' }] = crowd.reaches
  const pool = createPool(crowd.runtime, { max: CONNECTIONS, statementTimeoutMs: 5000 })
  const plain = new pg.Pool({
    connectionString: crowd.ownerUrl,
    max: CONNECTIONS,
    options: '-c search_path=castellan,public,pg_catalog -c plan_cache_mode=force_custom_plan',
  })
  try {
    report('indexing trigrams for the peer')
    await plain.query(trigrams)
    const asked = await chooseWords(plain)
    const sender = createSender(pool, { pipeline: true })
    const rates = await interleave(
      { ...byStaff({ sender, plain, userId }, asked), ...byMembers({ sender, plain }, asked) },
      report,
    )
    return toAnswer(rates)
  } finally {
    await Promise.all([pool.end(), plain.end()])
  }
}

type Subject = 'staff' | 'staffPlain' | 'miss' | 'missPlain' | 'common' | 'commonPlain' | 'member' | 'memberPlain'

function toAnswer(rates: Record<Subject, number[]>): Answer {
  return {
    ours: median(rates.staff),
    against: median(rates.staffPlain),
    ratio: medianRatio(rates.staff, rates.staffPlain),
    unit: 'searches/s',
    details: {
      miss: medianRatio(rates.miss, rates.missPlain),
      missesPerSecond: median(rates.miss),
      common: medianRatio(rates.common, rates.commonPlain),
      commonPerSecond: median(rates.common),
      member: medianRatio(rates.member, rates.memberPlain),
      memberPerSecond: median(rates.member),
    },
  }
}

interface Parties {
  readonly sender: Sender
  readonly plain: pg.Pool
}

/** Words that few have, that nobody has, and that tens of thousands have. */
function byStaff({ sender, plain, userId }: Parties & { userId: string }, asked: readonly Words[]) {
  const db = sender.within({ as: 'staff', userId })
  const find = async (words: string): Promise<number> => {
    const { ids } = await db.run(findUsersSaying(words))
    const filter = { orgId: null, ids, search: words, mayFindDeleted: true }
    return (await db.run(listUsers(filter, 'name', PAGE))).length
  }
  const findPlain = async (words: string): Promise<number> =>
    (await plain.query({ ...saying, values: [words, 20] })).rows.length
  const of = (turn: number): Words => asked[turn % asked.length] as Words
  return {
    staff: () =>
      listRate(
        (turn) => find(of(turn).words),
        (turn) => of(turn).everywhere,
      ),
    staffPlain: () =>
      listRate(
        (turn) => findPlain(of(turn).words),
        (turn) => of(turn).everywhere,
      ),
    miss: () =>
      listRate(
        (turn) => find(`nobody ${turn}`),
        () => 0,
      ),
    missPlain: () =>
      listRate(
        (turn) => findPlain(`nobody ${turn}`),
        () => 0,
      ),
    common: () =>
      listRate(
        () => find('garcia'),
        () => 20,
      ),
    commonPlain: () =>
      listRate(
        () => findPlain('garcia'),
        () => 20,
      ),
  }
}

function byMembers({ sender, plain }: Parties, asked: readonly Words[]) {
  const of = (turn: number): Words => asked[turn % asked.length] as Words
  return {
    member: () =>
      listRate(
        async (turn) => {
          const { words, orgId } = of(turn)
          const filter = { orgId, search: words, mayFindDeleted: false }
          return (await sender.within({ as: 'member', orgId, userId: orgId }).run(listUsers(filter, 'name', PAGE)))
            .length
        },
        (turn) => of(turn).there,
      ),
    memberPlain: () =>
      listRate(
        async (turn) =>
          (await plain.query({ ...sayingWithin, values: [of(turn).words, 20, of(turn).orgId] })).rows.length,
        (turn) => of(turn).there,
      ),
  }
}

const trigrams = `
  create extension if not exists pg_trgm schema public;
  create index if not exists peer_trigrams on users using gin (name_normal gin_trgm_ops, email_normal gin_trgm_ops);
  analyze users`

/** Counted without any index of words. */
async function chooseWords(plain: pg.Pool): Promise<Words[]> {
  const { rows } = await plain.query<Words>(
    `with chosen as (select lower(last_name) as words, org_id from users where role = 'basic_user' order by md5(id::text) limit 40)
     select c.words, c.org_id as "orgId", least(20, count(*))::int as everywhere, least(20, count(*) filter (where u.org_id = c.org_id))::int as there
       from chosen c join users u on position(c.words in u.name_normal) > 0 or position(c.words in u.email_normal) > 0
      group by 1, 2`,
  )
  return rows
}

const personColumns = `id, org_id as "organizationId", email, first_name as "firstName", last_name as "lastName", role, status,
  mfa_enabled as "mfaEnabled", timezone, last_login_at as "lastLoginAt", created_at as "createdAt", updated_at as "updatedAt"`

const saying = {
  name: 'people saying',
  text: `select ${personColumns} from users
          where (name_normal like '%' || $1 || '%' or email_normal like '%' || $1 || '%') and status <> 'deleted'
          order by name_normal, email_normal, id limit $2`,
}

const sayingWithin = {
  name: 'people saying within',
  text: `select ${personColumns} from users
          where (name_normal like '%' || $1 || '%' or email_normal like '%' || $1 || '%') and org_id = $3 and status <> 'deleted'
          order by name_normal, email_normal, id limit $2`,
}
