import pg from 'pg'

const SCOPES = [
  'castellan_member',
  'castellan_technician',
  'castellan_staff',
  'castellan_identity',
  'castellan_clock',
] as const
export const OWNER = 'castellan_owner'
export const RUNTIME = 'castellan_runtime'
const INSUFFICIENT_PRIVILEGE = '42501'

/** Thrown when the login can neither make the roles nor use those that exist. The message says exactly what to run. */
export class RolesMissingError extends Error {}

export interface RolesOutcome {
  /** The login that serves requests: our own where we could make it, else the one that was given. */
  readonly runtime: 'own' | 'given'
  /** Whether this connection can become the owner, and so migrate. */
  readonly canMigrate: boolean
}

interface Standing {
  login: string
  database: string
  superuser: boolean
  createrole: boolean
  existing: string[]
  memberOf: string[]
  runtimeIs: string[]
}

/**
 * Makes the owner that cannot log in, the roles that a request becomes, and the login that can only become those.
 * What is already there is left alone: roles belong to the whole cluster, and other servers may be starting.
 * @throws RolesMissingError
 */
export async function ensureRoles(client: pg.ClientBase, runtimePassword: string): Promise<RolesOutcome> {
  const standing = await inspect(client)
  if (!standing.superuser && !standing.createrole) return asGiven(standing)
  try {
    await makeRoles(client, standing, runtimePassword)
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) throw missing(standing)
    throw error
  }
  return { runtime: 'own', canMigrate: true }
}

async function makeRoles(client: pg.ClientBase, standing: Standing, runtimePassword: string): Promise<void> {
  for (const role of [OWNER, ...SCOPES]) {
    if (!standing.existing.includes(role)) await makeRole(client, `${role} nologin noinherit`)
  }
  if (!standing.existing.includes(RUNTIME)) {
    await makeRole(client, `${RUNTIME} login noinherit password ${client.escapeLiteral(runtimePassword)}`)
  }
  const toGive = SCOPES.filter((role) => !standing.runtimeIs.includes(role))
  if (toGive.length > 0) await client.query(`grant ${toGive.join(', ')} to ${RUNTIME}`)
  await client.query(`grant create on database ${client.escapeIdentifier(standing.database)} to ${OWNER}`)
  if (standing.superuser || standing.memberOf.includes(OWNER)) return
  await client.query(`grant ${OWNER} to ${client.escapeIdentifier(standing.login)}`)
}

/** Two servers that start at once make each role once. */
async function makeRole(client: pg.ClientBase, definition: string): Promise<void> {
  await client.query(
    `do $do$ begin create role ${definition}; exception when duplicate_object or unique_violation then null; end $do$`,
  )
}

/** Gives our login the password that this installation's key derives; needed when the key is new to the cluster. */
export async function setRuntimePassword(client: pg.ClientBase, password: string): Promise<void> {
  await client.query(`alter role ${RUNTIME} password ${client.escapeLiteral(password)}`)
}

function asGiven(standing: Standing): RolesOutcome {
  if (SCOPES.some((role) => !standing.memberOf.includes(role))) throw missing(standing)
  return { runtime: 'given', canMigrate: standing.memberOf.includes(OWNER) }
}

function missing({ login, database, existing }: Standing): RolesMissingError {
  const absent = [OWNER, ...SCOPES].filter((role) => !existing.includes(role))
  return new RolesMissingError(
    [
      `The database login "${login}" may not make the roles that row security needs. Run this once as a superuser, then start again:`,
      ...absent.map((role) => `  create role ${role} nologin noinherit;`),
      `  grant create on database "${database}" to ${OWNER};`,
      `  alter role "${login}" noinherit;`,
      `  grant ${[OWNER, ...SCOPES].join(', ')} to "${login}";`,
    ].join('\n'),
  )
}

async function inspect(client: pg.ClientBase): Promise<Standing> {
  const { rows } = await client.query<Standing>(
    `select session_user as login, current_database() as database, r.rolsuper as superuser, r.rolcreaterole as createrole,
            array(select rolname::text from pg_roles where rolname like 'castellan\\_%') as existing,
            array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
                   where m.member = r.oid) as "memberOf",
            array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
                    join pg_roles u on u.oid = m.member and u.rolname = '${RUNTIME}') as "runtimeIs"
       from pg_roles r where r.rolname = session_user`,
  )
  return rows[0] as Standing
}
