import type { Report } from '../question.ts'
import { openPlatform } from './platform.ts'
import type { Platform } from './platform.ts'

const PEOPLE_EACH = 29

/** A loaded platform with people in it: 30 at each of 10,000 customers. And technicians who reach few of them, some, and many. */
export interface Crowd extends Platform {
  readonly reaches: readonly Reach[]
}

interface Reach {
  readonly technicianId: string
  readonly customerIds: readonly string[]
}

const REACHES = [1, 400, 4000]

let gathered: Promise<Crowd> | null = null

export const gatherCrowd = (report: Report): Promise<Crowd> => (gathered ??= gather(report))

async function gather(report: Report): Promise<Crowd> {
  const platform = await openPlatform(report)
  const client = await platform.owner.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query('set synchronous_commit = off')
    report(`loading ${PEOPLE_EACH} people for each customer (about a minute)`)
    await client.query(people)
    for (const reach of REACHES) await client.query(technician, [reach])
    report('analyzing')
    await client.query('vacuum analyze users, technician_customer_access')
    const { rows } = await client.query<Reach>(
      `select u.id as "technicianId", array_agg(g.customer_org_id)::text[] as "customerIds"
         from users u join technician_customer_access g on g.technician_id = u.id
        where u.last_name = 'of the crowd' group by 1 order by count(*)`,
    )
    return { ...platform, reaches: rows }
  } finally {
    client.release(true)
  }
}

const people = `
  insert into users (id, org_id, org_type, email, first_name, last_name, role, status, last_login_at, created_at, updated_at)
  select uuidv7(), o.id, 'customer', lower(name.first || '.' || name.last) || n || '@' || o.domain, name.first, name.last || ' ' || left(md5(o.id::text || n), 5),
         'basic_user', 'active', now() - n * interval '1 hour', now() - n * interval '1 day', now()
    from organizations o
   cross join generate_series(1, ${PEOPLE_EACH}) n
   cross join lateral (select (array['Anna', 'Bernd', 'Carla', 'David', 'Elena', 'Felix', 'Greta', 'Hannes', 'Ida', 'Jonas'])[1 + abs(hashtext(o.name || n)) % 10] as first,
                              (array['Bauer', 'Castillo', 'Dimitrov', 'Eriksen', 'Garcia', 'Hoffmann', 'Kowalski', 'Lehmann', 'Okafor', 'Takahashi'])[1 + abs(hashtext(n || o.name)) % 10] as last) name
   where o.type = 'customer'`

const technician = `
  with somebody as (
    insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
    select uuidv7(), id, type, 'crowd.' || $1::int || '@provider.example', 'Technician', 'of the crowd', 'technician', 'active', true, now(), now()
      from organizations where type = 'mss_provider'
    returning id
  )
  insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at, updated_at)
  select uuidv7(), somebody.id, c.id, 'read_only', 'active', c.id, now(), now() - interval '1 day', now()
    from somebody, (select id from organizations where type = 'customer' order by md5(id::text) limit $1::int) c`
