import type { Asking } from './load.ts'
import { tokenOffice, startOurs } from './our-server.ts'
import type { Ground } from './our-server.ts'
import type { Platform } from './platform.ts'
import type { ServerProcess } from './server-process.ts'

const DONE = '{"success":true,"data":{"done":true}}'

/** Our server with two empty endpoints more: one for people with an account, one for everybody. */
export const startProbe = (ground: Omit<Ground, 'entry'>): Promise<ServerProcess> =>
  startOurs({ ...ground, entry: new URL('probe-server.ts', import.meta.url) })

export const byEverybody: readonly Asking[] = [{ token: null, path: '/api/bench/anybody', tells: DONE }]

/** As many as connections that carry them. */
const PEOPLE = 32

/** Of the endpoint for people with an account, by technicians, each with a session of their own. */
export async function byTechnicians({ owner }: Pick<Platform, 'owner'>): Promise<Asking[]> {
  const { rows } = await owner.query<{ sid: string; sub: string }>(
    `select distinct on (s.user_id) s.id as sid, s.user_id as sub
       from user_sessions s join users u on u.id = s.user_id where u.role = 'technician'
      order by s.user_id limit $1`,
    [PEOPLE],
  )
  const tokenOf = tokenOffice()
  return rows.map((session) => ({ token: tokenOf(session), path: '/api/bench/known', tells: DONE }))
}
