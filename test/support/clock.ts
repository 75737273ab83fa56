import type { Person } from './factories.ts'
import type { World } from './world.ts'

/** The same person, signed in this moment by the server's clock, which a test has moved ahead. */
export async function signedInNow(world: World, person: Person): Promise<Person> {
  const now = world.house.clock()
  const { sessionId } = await world.signIn(person)
  await world.admin.query(
    `update user_sessions set created_at = $2, last_used_at = $2, mfa_at = $2, expires_at = $2::timestamptz + interval '1 hour' where id = $1`,
    [sessionId, now],
  )
  return {
    ...person,
    sessionId,
    token: world.house.credentials.signer.sign({ sub: person.id, sid: sessionId }, now).token,
  }
}
