import pg from 'pg'
import { tablesOf } from './walled-database.ts'
import type { Clone, Context, Role, Session, Table } from './walled-database.ts'

export const FORBIDDEN = '42501'

/** How a statement ended: with rows (returned or changed), or with an SQLSTATE. */
export type Outcome = number | string

export async function attempt(client: pg.Client, text: string, values: unknown[] = []): Promise<Outcome> {
  try {
    const { rows, rowCount } = await client.query(text, values)
    return typeof rows[0]?.found === 'string' ? Number(rows[0].found) : (rowCount ?? 0)
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code ?? 'unknown'
    throw error
  }
}

export interface Who {
  role: Role
  context: Context
}

/** For each table what became of the statement, as that role with that context. */
export async function probe(
  session: Session,
  { role, context }: Who,
  tables: readonly Table[],
  statementOf: (table: Table) => string | null,
): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {}
  for (const table of tables) {
    const statement = statementOf(table)
    if (statement === null) continue
    outcomes[table.name] = await session.as(role, context, (client) => attempt(client, statement))
  }
  return outcomes
}

/** Counts what is not the organization's; every row where a table has no tenants. */
export const countOfOthers =
  (orgId: string | null) =>
  ({ name, tenant }: Table): string =>
    `select count(*) as found from ${name} where ${orgId === null || tenant === null ? 'true' : `${tenant} <> '${orgId}'`}`

/** The first wall down: the roles may do everything that a grant can allow. What still holds is row security alone. */
export async function grantEverything({ admin }: Clone): Promise<void> {
  await admin.query(
    `grant select, insert, update, delete on all tables in schema castellan
        to castellan_member, castellan_technician, castellan_staff, castellan_identity, castellan_clock, castellan_sealer, castellan_retention`,
  )
}

/** The second wall down. */
export async function disableRowSecurity({ admin }: Pick<Clone, 'admin'>): Promise<void> {
  for (const { name } of await tablesOf(admin)) await admin.query(`alter table ${name} disable row level security`)
  const { rows } = await admin.query<{ name: string }>(
    `select relname as name from pg_class where relispartition and relkind = 'r' and relnamespace = 'castellan'::regnamespace`,
  )
  for (const { name } of rows) await admin.query(`alter table ${name} disable row level security`)
}

/** The second wall with a hole: a policy that lets everything through. */
export async function openPolicies({ admin }: Clone, role: Role): Promise<void> {
  for (const { name } of await tablesOf(admin)) {
    await admin.query(`create policy hole on ${name} to castellan_${role} using (true) with check (true)`)
  }
}
