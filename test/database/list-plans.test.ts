import { beforeAll, describe, expect, test } from 'vitest'
import type pg from 'pg'
import { encode } from '../../src/database/encode.ts'
import type { Statement } from '../../src/database/statement.ts'
import { countGrants, listGrants } from '../../src/queries/access-lists.ts'
import { countAuditEvents, listAuditEvents } from '../../src/queries/audit-logs.ts'
import { countMatrixAxes, listMatrixCustomers, listMatrixTechnicians } from '../../src/queries/access-matrix.ts'
import { granteeRoles } from '../../src/policy/grant-duties.ts'
import { countNotifications, listNotifications } from '../../src/queries/notifications.ts'
import { countOrganizations, findOrganizationsSaying, listOrganizations } from '../../src/queries/organizations.ts'
import { listViews } from '../../src/queries/saved-views.ts'
import { countUsers, findUsersSaying, listUsers } from '../../src/queries/users.ts'
import type { UserSort } from '../../src/queries/users.ts'
import { useClones } from '../support/clones.ts'
import { FORBIDDEN } from '../support/probes.ts'
import { ids } from '../support/walled-database.ts'
import type { Clone, Context, Role, Session } from '../support/walled-database.ts'

const CUSTOMERS = 3000
const paging = { page: 1, limit: 25, offset: 0 }
const now = new Date()

const clones = useClones()
let session: Session
/** Where rows are: partitions of months without events are read in one way or another. */
let large: string[]
/** A customer, an admin of it, a technician with 300 customers, and these. */
let customer: string
let member: string
let technician: string
let reached: string[]

async function fillMany({ admin }: Clone): Promise<void> {
  await admin.query(`
    set session_replication_role = replica;
    insert into organizations (id, name, type, created_at, updated_at)
    select gen_random_uuid(), 'Customer ' || n, 'customer', now() - n * interval '1 minute', now() from generate_series(1, ${CUSTOMERS}) n;
    insert into users (id, org_id, org_type, email, first_name, last_name, role, status, last_login_at, created_at, updated_at)
    select gen_random_uuid(), o.id, 'customer', 'person' || n || '@' || o.id || '.example', 'First' || n, 'Last' || md5(o.id::text || n),
           case n when 1 then 'admin' else 'basic_user' end, 'active', now() - n * interval '1 hour', now() - n * interval '1 day', now()
      from organizations o, generate_series(1, 4) n where o.type = 'customer';
    insert into users (id, org_id, org_type, email, first_name, last_name, role, status, created_at, updated_at)
    select gen_random_uuid(), '${ids.provider}', 'mss_provider', 'technician' || n || '@provider.example', 'Tech', 'Nician' || n, 'technician',
           'active', now(), now()
      from generate_series(1, 100) n;
    insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at, updated_at)
    select gen_random_uuid(), t.id, c.id, 'read_only', 'active', '${ids.staff}', now() - c.n * interval '1 minute', now() - interval '1 year', now()
      from (select id, row_number() over (order by id) as n from users where role = 'technician') t
      join (select id, row_number() over (order by id) as n from organizations where type = 'customer') c on (c.n + t.n) % 10 = 0;
    insert into audit_logs (org_id, occurred_at, id, user_id, action, category, description, outcome, risk_level, compliance_relevant)
    select u.org_id, now() - u.n * interval '1 second', gen_random_uuid(), u.id, case when u.n % 10000 = 0 then 'organization.deleted' else 'auth.login' end,
           'access', 'Signed in', 'success', case when u.n % 10000 = 0 then 'critical' else 'low' end, false
      from (select id, org_id, row_number() over () as n from users, generate_series(1, 3)) u;
    insert into notifications (org_id, id, user_id, kind, title, body, created_at)
    select u.org_id, gen_random_uuid(), u.id, 'access.granted', 'News', '', now() from users u, generate_series(1, 2);
    insert into saved_views (org_id, id, user_id, page, name, query, created_at)
    select u.org_id, gen_random_uuid(), u.id, 'audit', 'View ' || n, '', now() from users u, generate_series(1, 2) n;
    set session_replication_role = origin;
    analyze`)
  // So that what an index holds alone is read from it alone.
  await admin.query('vacuum organizations, users, technician_customer_access')
}

beforeAll(async () => {
  const opened = await clones.open(fillMany)
  session = opened.session
  const rows = async <R extends pg.QueryResultRow>(text: string) => (await opened.clone.admin.query<R>(text)).rows
  large = (
    await rows<{ name: string }>(`select relname as name from pg_class where relkind = 'r' and reltuples > 1000`)
  ).map(({ name }) => name)
  const [someone] = await rows<{ orgId: string; id: string }>(
    `select org_id as "orgId", id from users where role = 'admin' and last_name like 'Last%' and first_name = 'First1' limit 1`,
  )
  const [busy] = await rows<{ id: string; customers: string[] }>(
    `select technician_id as id, array_agg(customer_org_id)::text[] as customers from technician_customer_access group by 1
      order by count(*) desc limit 1`,
  )
  customer = someone?.orgId ?? ''
  member = someone?.id ?? ''
  technician = busy?.id ?? ''
  reached = busy?.customers ?? []
})

const contexts: Record<'member' | 'technician' | 'staff', () => Context> = {
  member: () => ({ orgId: customer, userId: member }),
  technician: () => ({ userId: technician }),
  staff: () => ({ userId: ids.staff }),
}
type Viewer = keyof typeof contexts

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Loops': number
  Plans?: Node[]
}

const nodesOf = (node: Node): Node[] =>
  node['Actual Loops'] === 0 ? [] : [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** What a statement does as it is sent, with a plan made for its values or kept for any; what it did not come to is not in it. */
async function plan(viewer: Viewer, { text, values }: Statement<unknown>, mode: 'custom' | 'generic'): Promise<Node[]> {
  return session.as(viewer, contexts[viewer](), async (client) => {
    await client.query(`set local plan_cache_mode = force_${mode}_plan`)
    await client.query(`prepare listed as ${text}`)
    const literals = values.map(encode).map((value) => (value === null ? 'null' : client.escapeLiteral(value)))
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `explain (analyze, timing off, format json) execute listed ${literals.length > 0 ? `(${literals.join(', ')})` : ''}`,
    )
    await client.query('deallocate listed')
    return nodesOf((rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN'][0].Plan)
  })
}

const readWhole = (nodes: readonly Node[]): string[] =>
  nodes
    .filter((node) => node['Node Type'] === 'Seq Scan' && large.includes(node['Relation Name'] ?? ''))
    .map((node) => node['Relation Name'] ?? '')

const indexesIn = (nodes: readonly Node[]): string[] => nodes.flatMap((node) => node['Index Name'] ?? [])

interface Listed {
  what: string
  as: Viewer
  statement: () => Statement<unknown>
  index: RegExp
  /** The index also gives the order: nothing is left to sort. */
  sorted?: true
  /** What is rare is known by its value alone; its plans cost less, so that none is kept for any value. */
  byValue?: true
}

const everybody = { orgId: null, mayFindDeleted: true }
const windowOn = (customersSaying: string[] | undefined) => ({
  viewer: 'staff' as const,
  now,
  granteeRoles,
  status: 'active' as const,
  technicianPaging: paging,
  customerPaging: paging,
  ...(customersSaying && { customersSaying, search: 'customer' }),
})
const sortsOfUsers: [UserSort, RegExp][] = [
  ['name', /^users_by_name$/],
  ['-name', /^users_by_name$/],
  ['email', /^users_by_email$/],
  ['-email', /^users_by_email$/],
  ['createdAt', /^users_newest$/],
  ['-createdAt', /^users_newest$/],
  ['lastLoginAt', /^users_by_login$/],
  ['-lastLoginAt', /^users_by_login$/],
]
const ofTenant = /^users_(of_organization|created|present|email_in_organization|org_id_id_key)$/
const byId = /^users_(pkey|id_org_type_key)$/

const lists: Listed[] = [
  ...sortsOfUsers.map(([sort, index]): Listed => ({
    what: `users by ${sort}`,
    as: 'staff',
    statement: () => listUsers(everybody, sort, paging),
    index,
    sorted: true,
  })),
  ...sortsOfUsers.map(([sort]): Listed => ({
    what: `users of their organization by ${sort}`,
    as: 'member',
    statement: () => listUsers({ orgId: customer, mayFindDeleted: false }, sort, paging),
    index: ofTenant,
  })),
  {
    what: 'users of a customer in hand',
    as: 'technician',
    statement: () => listUsers({ orgId: customer, mayFindDeleted: false }, 'name', paging),
    index: ofTenant,
  },
  {
    what: 'users found by words',
    as: 'staff',
    statement: () => listUsers({ ...everybody, ids: [member], search: 'last' }, 'name', paging),
    index: byId,
  },
  {
    what: 'the number of users found by words',
    as: 'staff',
    statement: () => countUsers({ ...everybody, ids: [member], search: 'last' }),
    index: byId,
  },
  {
    what: 'the number of users',
    as: 'staff',
    statement: () => countUsers({ orgId: null, mayFindDeleted: false }),
    index: /^users_present$/,
  },
  {
    what: 'users of their organization found by words',
    as: 'member',
    statement: () => listUsers({ orgId: customer, search: 'last', mayFindDeleted: false }, 'name', paging),
    index: ofTenant,
  },
  ...(['name', '-name', 'createdAt', '-createdAt'] as const).map((sort): Listed => ({
    what: `organizations by ${sort}`,
    as: 'staff',
    statement: () => listOrganizations({ ids: null }, sort, paging),
    index: sort.endsWith('name') ? /^organizations_(by_)?name$/ : /^organizations_created$/,
    sorted: true,
  })),
  {
    what: 'organizations found by words',
    as: 'staff',
    statement: () => listOrganizations({ ids: [customer], search: 'customer' }, 'name', paging),
    index: /^organizations_(pkey|id_type_key)$/,
  },
  {
    what: 'organizations in reach',
    as: 'technician',
    statement: () => listOrganizations({ ids: reached }, 'name', paging),
    index: /^organizations_(pkey|id_type_key)$/,
  },
  {
    what: 'thousands of organizations in reach',
    as: 'technician',
    statement: () => listOrganizations({ ids: [...reached, ...reached, ...reached, ...reached] }, 'name', paging),
    index: /^organizations_(by_)?name$/,
    sorted: true,
  },
  {
    what: 'the number of organizations in reach',
    as: 'technician',
    statement: () => countOrganizations({ ids: reached }),
    index: /^organizations_(pkey|id_type_key)$/,
  },
  ...(['technician', 'staff'] as const).flatMap((viewer) =>
    (['grantedAt', '-expiresAt', 'lastUsedAt'] as const).map((sort): Listed => ({
      what: `grants of a technician by ${sort}`,
      as: viewer,
      statement: () => listGrants({ viewer, now, of: { technicianId: technician } }, sort, paging),
      index: /^access_of_technician(_by_end)?$/,
    })),
  ),
  {
    what: 'grants of a technician found by words',
    as: 'technician',
    statement: () => countGrants({ viewer: 'technician', now, of: { technicianId: technician }, search: 'x' }),
    index: /^access_(of_technician|one_live)/,
  },
  ...(['grantedAt', 'expiresAt', '-lastUsedAt'] as const).map((sort): Listed => ({
    what: `grants on a customer by ${sort}`,
    as: 'member',
    statement: () => listGrants({ viewer: 'member', now, of: { customerOrgId: customer } }, sort, paging),
    index: /^access_to_customer$/,
  })),
  {
    what: 'technicians of the matrix',
    as: 'staff',
    statement: () => listMatrixTechnicians(windowOn(undefined)),
    index: /^users_of_provider$/,
    sorted: true,
  },
  {
    what: 'customers of the matrix found by words',
    as: 'staff',
    statement: () => listMatrixCustomers(windowOn([customer])),
    index: /^organizations_(pkey|id_type_key)$/,
  },
  {
    what: 'the size of the matrix found by words',
    as: 'staff',
    statement: () => countMatrixAxes(windowOn([customer])),
    index: /^organizations_(pkey|id_type_key)$/,
  },
  ...(['member', 'technician', 'staff'] as const).flatMap((viewer): Listed[] => {
    const owner = () => ({ orgId: contexts[viewer]().orgId ?? ids.provider, userId: contexts[viewer]().userId ?? '' })
    return [
      {
        what: 'their notifications',
        as: viewer,
        statement: () => listNotifications({ owner: owner() }, '-createdAt', paging),
        index: /^notifications_(of_user|once)$/,
      },
      {
        what: 'the number of their notifications found by words',
        as: viewer,
        statement: () => countNotifications({ owner: owner(), search: 'x' }),
        index: /^notifications_/,
      },
      {
        what: 'their saved views',
        as: viewer,
        statement: () => listViews(owner()),
        index: /^saved_views_name$/,
        sorted: true,
      },
    ]
  }),
  ...(
    [
      ['of all', {}, /occurred_at_id_idx$/],
      ['of a rare kind', { action: 'organization.deleted' }, /action_occurred_at_id_idx$/],
      ['of a grave kind', { riskLevel: 'critical' as const }, /occurred_at_id_idx1$/],
      ['of one person', { userId: ids.ada }, /user_id_occurred_at_idx$/],
    ] as const
  ).flatMap(([what, filter, index]): Listed[] => [
    {
      what: `events ${what}`,
      as: 'staff',
      statement: () => listAuditEvents(filter, { after: null, seen: null, late: null }, paging),
      index,
      byValue: true,
    },
    ...('action' in filter || 'userId' in filter
      ? [
          {
            what: `the number of events ${what}`,
            as: 'staff' as const,
            statement: () => countAuditEvents(filter, 10_000),
            index,
            byValue: true as const,
          },
        ]
      : []),
  ]),
]

describe.each(['custom', 'generic'] as const)('with a %s plan', (mode) => {
  test.each(lists.filter(({ byValue }) => mode === 'custom' || !byValue))(
    '$as: $what, by index',
    async ({ as, statement, index, sorted }) => {
      const nodes = await plan(as, statement(), mode)
      expect(readWhole(nodes)).toEqual([])
      expect(indexesIn(nodes)).toContainEqual(expect.stringMatching(index))
      if (sorted) expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort')
    },
  )
})

describe('the words of staff', () => {
  const scansOf = async (client: pg.Client, table: string): Promise<number> => {
    const { rows } = await client.query<{ scans: number }>(
      `select pg_stat_get_xact_numscans($1::regclass)::int as scans`,
      [table],
    )
    return rows[0]?.scans ?? 0
  }
  /** What is found, and how often the table was read whole for it: also within functions, whose plans no EXPLAIN shows. */
  const find = (statement: Statement<{ ids: string[] | null }>, table: string, context = contexts.staff()) =>
    session.as('staff', context, async (client) => {
      const before = await scansOf(client, table)
      const { rows } = await client.query<{ ids: string[] | null }>(statement.text, statement.values.map(encode))
      return { ids: rows[0]?.ids ?? null, whole: (await scansOf(client, table)) - before }
    })

  test.each(['technician17@', 'NICIAN17', ' Tech Nician17 ', 'vider.example'])(
    'find whoever has them in name or address by index: %s',
    async (words) => {
      const { ids: found, whole } = await find(findUsersSaying(words), 'users')
      expect(whole).toBe(0)
      const asked = words.trim().toLowerCase()
      const { rows } = await session.as('staff', contexts.staff(), (client) =>
        client.query<{ id: string }>(
          `select id from users where position($1 in name_normal) > 0 or position($1 in email_normal) > 0`,
          [asked],
        ),
      )
      expect(rows.length).toBeGreaterThan(0)
      expect(found?.toSorted()).toEqual(rows.map(({ id }) => id).toSorted())
    },
  )

  test.each(['zq', 'nobody is called this', '%', 'tech%nician', '株式会社', `' or true --`])(
    'find nobody where nobody has them, by index: %s',
    async (words) => {
      const { ids: found, whole } = await find(findUsersSaying(words), 'users')
      if (words.length > 1) expect({ found, whole }).toEqual({ found: [], whole: 0 })
      else expect(found).toBeNull()
    },
  )

  test.each(['a', 'first', '@'])('are looked for in place where too many have them: %s', async (words) => {
    expect((await find(findUsersSaying(words), 'users')).ids).toBeNull()
  })

  test('find organizations by index', async () => {
    const { ids: found, whole } = await find(findOrganizationsSaying('customer 2999'), 'organizations')
    expect(found).toHaveLength(1)
    expect(whole).toBe(0)
  })

  test('find letters of any script, two of them too', async () => {
    const { session: open } = await clones.open(async ({ admin }) => {
      await admin.query(`update users set first_name = '山田', last_name = 'Ωμέγα' where id = '${ids.ada}'`)
    })
    for (const words of ['山田', 'ωμ', 'ΜΈΓ']) {
      const { rows } = await open.as('staff', contexts.staff(), (client) =>
        client.query<{ ids: string[] }>(`select find_users($1, 10) as ids`, [words]),
      )
      expect(rows[0]?.ids, words).toEqual([ids.ada])
    }
  })

  test.each<[string, Context]>([
    ['no context', {}],
    ['an empty context', { orgId: '', userId: '' }],
    ['an organization alone', { orgId: ids.acme }],
  ])('find nothing with %s', async (_what, context) => {
    expect((await find(findUsersSaying('technician17@'), 'users', context)).ids).toEqual([])
    expect((await find(findOrganizationsSaying('customer 2999'), 'organizations', context)).ids).toEqual([])
    expect((await find(findUsersSaying('a'), 'users', context)).ids).toEqual([])
  })

  test.each<Role>(['member', 'technician', 'identity', 'clock'])('are not for a %s to ask', async (role) => {
    for (const search of ['find_users', 'find_organizations']) {
      const asked = session.as(role, contexts.staff(), (client) =>
        client.query(`select ${search}('technician17@', 10)`),
      )
      await expect(asked).rejects.toMatchObject({ code: FORBIDDEN })
    }
  })
})

describe('a missing context shows no row of any list', () => {
  test.each(lists)('$as: $what', async ({ as, statement }) => {
    const { text, values } = statement()
    const { rows } = await session.as(as, {}, (client) => client.query<object>(text, values.map(encode)))
    const counts = (row: object): boolean => Object.values(row).every((value) => value === '0')
    expect(rows.filter((row) => !counts(row))).toEqual([])
  })
})
