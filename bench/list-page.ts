import { createSender } from '../src/database/tenancy.ts'
import type { Sender } from '../src/database/tenancy.ts'
import { createPool } from '../src/database/pool.ts'
import { listOrganizations } from '../src/queries/organizations.ts'
import { listUsers } from '../src/queries/users.ts'
import { createGrantTable } from '../src/stores/grant-table.ts'
import { createNameOrder } from '../src/stores/name-order.ts'
import type { Answer, Question, Report } from './question.ts'
import { gatherCrowd } from './support/crowd.ts'
import type { Crowd } from './support/crowd.ts'
import { listRate } from './support/list-rate.ts'
import type { ListReader } from './support/list-rate.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const CONNECTIONS = 4
const PAGE = { page: 1, limit: 20, offset: 0 }
const DEEP = { page: 501, limit: 20, offset: 10_000 }

export const listPage: Question = {
  id: 'list-page',
  question:
    'How much of a hand-written page of 20 without row security is left with it, for whom it is least: a member, staff, technicians of 1, 400 and 4,000 customers?',
  goal: 0.77,
  run: async (report) => compare(await gatherCrowd(report), report),
}

interface Pair {
  readonly ours: ListReader
  readonly plain: ListReader
  readonly rows: number
}

async function compare(crowd: Crowd, report: Report): Promise<Answer> {
  const pool = createPool(crowd.runtime, { max: CONNECTIONS, statementTimeoutMs: 5000 })
  try {
    const pairs = await pairsOf(crowd, createSender(pool, { pipeline: true }))
    const subjects = Object.entries(pairs).flatMap(([name, { ours, plain, rows }]) => [
      [name, () => listRate(ours, () => rows)] as const,
      [`${name} plain`, () => listRate(plain, () => rows)] as const,
    ])
    const rates = await interleave(Object.fromEntries(subjects), report)
    return toAnswer(Object.keys(pairs), rates)
  } finally {
    await pool.end()
  }
}

/** The least ratio of them is the answer; the deep page of staff is there to be compared with their first. */
function toAnswer(names: readonly string[], rates: Record<string, number[]>): Answer {
  const ratioOf = (name: string): number => medianRatio(rates[name] ?? [], rates[`${name} plain`] ?? [])
  const ratios = names.map((name) => [name, ratioOf(name)] as const)
  const asked = ratios.filter(([name]) => name !== 'staffDeep')
  const [least = ''] = asked.toSorted(([, a], [, b]) => a - b)[0] ?? []
  return {
    ours: median(rates[least] ?? []),
    against: median(rates[`${least} plain`] ?? []),
    ratio: ratioOf(least),
    unit: 'pages/s',
    details: {
      ...Object.fromEntries(ratios),
      ...Object.fromEntries(names.map((name) => [`${name}PagesPerSecond`, median(rates[name] ?? [])])),
    },
  }
}

async function pairsOf({ owner, reaches }: Crowd, sender: Sender): Promise<Record<string, Pair>> {
  const { rows: tenants } = await owner.query<{ id: string }>(
    `select id from organizations where type = 'customer' limit 1000`,
  )
  const [{ technicianId: staffId } = { technicianId: '' }] = reaches
  const tenant = (turn: number): string => tenants[turn % tenants.length]?.id ?? ''
  const staff = sender.within({ as: 'staff', userId: staffId })
  const everybody = { orgId: null, mayFindDeleted: true }
  const names = createNameOrder(sender.within({ as: 'identity' }))
  const table = createGrantTable()
  return {
    member: {
      ours: async (turn) => {
        const orgId = tenant(turn)
        const filter = { orgId, mayFindDeleted: false }
        return (await sender.within({ as: 'member', orgId, userId: orgId }).run(listUsers(filter, 'name', PAGE))).length
      },
      plain: async (turn) => (await owner.query({ ...peopleOf, values: [tenant(turn), 20, 0] })).rows.length,
      rows: 20,
    },
    staff: {
      ours: async () => (await staff.run(listUsers(everybody, '-createdAt', PAGE))).length,
      plain: async () => (await owner.query({ ...people, values: [20, 0] })).rows.length,
      rows: 20,
    },
    staffDeep: {
      ours: async () => (await staff.run(listUsers(everybody, '-createdAt', DEEP))).length,
      plain: async () => (await owner.query({ ...people, values: [20, DEEP.offset] })).rows.length,
      rows: 20,
    },
    ...Object.fromEntries(
      reaches.map(({ technicianId, customerIds: ids }): [string, Pair] => [
        `technicianOf${ids.length}`,
        {
          // As the service does it: of those in reach the page's are chosen in process, and looked up.
          ours: async () => {
            const onPage = await names.page(table, ids, { ...PAGE, descending: false })
            const technician = sender.within({ as: 'technician', orgId: null, userId: technicianId })
            return (await technician.run(listOrganizations({ ids: onPage }, 'name', PAGE))).length
          },
          plain: async () => (await owner.query({ ...among, values: [`{${ids.join()}}`, 20, 0] })).rows.length,
          rows: Math.min(ids.length, 20),
        },
      ]),
    ),
  }
}

const personColumns = `id, org_id as "organizationId", email, first_name as "firstName", last_name as "lastName", role, status,
  mfa_enabled as "mfaEnabled", timezone, last_login_at as "lastLoginAt", created_at as "createdAt", updated_at as "updatedAt"`

const peopleOf = {
  name: 'people of a tenant',
  text: `select ${personColumns} from users where org_id = $1 and status <> 'deleted' order by name_normal, email_normal, id limit $2 offset $3`,
}

const people = {
  name: 'newest people',
  text: `select ${personColumns} from users where status <> 'deleted' order by created_at desc, id desc limit $1 offset $2`,
}

const among = {
  name: 'organizations among',
  text: `select id, name, type, domain, status, settings, created_at as "createdAt", updated_at as "updatedAt", created_by as "createdBy"
           from organizations where id = any ($1::uuid[]) and status <> 'deleted' order by name_normal, id limit $2 offset $3`,
}
