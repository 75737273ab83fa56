import pg from 'pg'
import { scramVerifier } from './scram-verifier.ts'

/** What a request or the clock becomes. */
export const SCOPES = [
  'castellan_member',
  'castellan_technician',
  'castellan_staff',
  'castellan_identity',
  'castellan_clock',
  'castellan_sealer',
  'castellan_retention',
] as const
export const OWNER = 'castellan_owner'
export const RUNTIME = 'castellan_runtime'
/** One of those that a request becomes. */
export const SERVING = 'castellan_identity'
const INSUFFICIENT_PRIVILEGE = '42501'

/** Thrown when the login can neither make the roles nor use those that exist. The message says exactly what to run. */
export class RolesMissingError extends Error {}

export interface RolesOutcome {
  /** The login that serves requests: our own, or the one that was given where it can become the roles of a request and no other. */
  readonly runtime: 'own' | 'given'
  /** Whether this connection can become the owner, and so migrate. */
  readonly canMigrate: boolean
}

interface Standing {
  login: string
  database: string
  mayMakeRoles: boolean
  existing: string[]
  runtimeBecomes: string[]
  ownerMayCreate: boolean
}

/**
 * Makes the owner that cannot log in, the roles that a request becomes, and the login that can only become those.
 * What is already there is left alone: roles belong to the whole cluster, and other servers may be starting.
 * @throws RolesMissingError
 */
export async function ensureRoles(client: pg.ClientBase, runtimePassword: string): Promise<RolesOutcome> {
  const missing = await findMissing(client, runtimePassword)
  if (missing.steps.length === 0) return { runtime: 'own', canMigrate: true }
  if (missing.mayMakeRoles) await makeRoles(client, missing.steps, runtimePassword)
  else if (!(await canServe(client))) throw rolesMissing(missing)
  else return { runtime: 'given', canMigrate: false }
  return { runtime: 'own', canMigrate: true }
}

interface Missing extends Standing {
  /** What to run, in order. */
  steps: string[]
}

async function findMissing(client: pg.ClientBase, runtimePassword: string): Promise<Missing> {
  const standing = await inspect(client)
  const { existing, login, database, runtimeBecomes, ownerMayCreate } = standing
  const absent = [OWNER, ...SCOPES].filter((role) => !existing.includes(role))
  const steps = absent.map((role) => `create role ${role} nologin noinherit`)
  if (!existing.includes(RUNTIME)) {
    steps.push(`create role ${RUNTIME} login noinherit password '${scramVerifier(runtimePassword)}'`)
  }
  const toGive = SCOPES.filter((role) => !runtimeBecomes.includes(role))
  if (toGive.length > 0) steps.push(`grant ${toGive.join(', ')} to ${RUNTIME}`)
  if (!ownerMayCreate) steps.push(`grant create on database ${client.escapeIdentifier(database)} to ${OWNER}`)
  if (!(await canBecome(client, OWNER))) steps.push(`grant ${OWNER} to ${client.escapeIdentifier(login)}`)
  return { ...standing, steps }
}

/** As far as the login may; two servers that start at once make each role once. */
async function makeRoles(client: pg.ClientBase, steps: readonly string[], runtimePassword: string): Promise<void> {
  try {
    for (const step of steps) {
      await client.query(
        `do $do$ begin ${step}; exception when duplicate_object or unique_violation then null; end $do$`,
      )
    }
  } catch (error) {
    if (!isForbidden(error)) throw error
  }
  // Looked at again, as a grant that the login may not give can also pass with a warning.
  const left = await findMissing(client, runtimePassword)
  if (left.steps.length > 0) throw rolesMissing(left)
}

/** The login is one that was made for serving and for nothing else; it was migrated with another. */
async function canServe(client: pg.ClientBase): Promise<boolean> {
  for (const role of SCOPES) if (!(await canBecome(client, role))) return false
  return !(await canBecome(client, OWNER))
}

const canBecome = (client: pg.ClientBase, role: string): Promise<boolean> =>
  client
    .query(`set role ${role}`)
    .then(() => client.query('reset role'))
    .then(
      () => true,
      () => false,
    )

/**
 * Gives our login the password that this installation's key derives; needed when the key is new to the cluster.
 * @throws RolesMissingError
 */
export async function setRuntimePassword(client: pg.ClientBase, password: string): Promise<void> {
  const step = `alter role ${RUNTIME} password '${scramVerifier(password)}'`
  try {
    await client.query(step)
  } catch (error) {
    if (!isForbidden(error)) throw error
    throw rolesMissing({ ...(await inspect(client)), steps: [step] })
  }
}

const isForbidden = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE

const rolesMissing = ({ login, steps }: Pick<Missing, 'login' | 'steps'>): RolesMissingError =>
  new RolesMissingError(
    [
      `The database login "${login}" may not set up the roles that row security needs. Run this once as a superuser, then start again:`,
      ...steps.map((step) => `  ${step};`),
    ].join('\n'),
  )

async function inspect(client: pg.ClientBase): Promise<Standing> {
  const { rows } = await client.query<Standing>(
    `select session_user as login, current_database() as database, r.rolsuper or r.rolcreaterole as "mayMakeRoles",
            array(select rolname::text from pg_roles where rolname like 'castellan\\_%') as existing,
            array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
                    join pg_roles u on u.oid = m.member and u.rolname = '${RUNTIME}') as "runtimeBecomes",
            coalesce((select has_database_privilege(o.oid, current_database(), 'create') from pg_roles o where o.rolname = '${OWNER}'),
                     false) as "ownerMayCreate"
       from pg_roles r where r.rolname = session_user`,
  )
  return rows[0] as Standing
}
