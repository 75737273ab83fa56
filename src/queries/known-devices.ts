import { execute, find, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Owner } from './credentials.ts'

/** Whether the one accepted account with the address has been signed in to on the device. */
export const findKnownDevice = (email: string, deviceHash: Buffer): Statement<{ known: true } | null> =>
  find(sql<{ known: true }>`
    select true as known
      from known_devices d join users u on u.org_id = d.org_id and u.id = d.user_id and u.status in ('active', 'suspended')
     where u.email_normal = lower(btrim(${email}::text)) and d.device_hash = ${deviceHash}`)

export interface Sighting {
  /** By nothing of it was it known. */
  readonly isNew: boolean
  /** The address was not known. */
  readonly isElsewhere: boolean
  /** Whether there were others before. */
  readonly knowsOthers: boolean
}

/** All that one device is known by, and where it is. A mark of use; no event tells of it. */
export const seeDevice = (
  { orgId, userId }: Owner,
  { device, address }: { device: readonly Buffer[]; address: Buffer },
  now: Date,
): Statement<Sighting> =>
  one(sql<Sighting>`
    with seen as (
      insert into known_devices (org_id, user_id, device_hash, first_seen_at, last_seen_at)
      select ${orgId}::uuid, ${userId}::uuid, unnest(${[...device, address]}::bytea[]), ${now}, ${now}
          on conflict (org_id, user_id, device_hash) do update set last_seen_at = excluded.last_seen_at
      returning device_hash = ${address} as place, xmax = 0 as made
    )
    select bool_and(made) filter (where not place) as "isNew", bool_and(made) filter (where place) as "isElsewhere", exists (
             select from known_devices
              where org_id = ${orgId} and user_id = ${userId} and device_hash <> all (${[...device, address]}::bytea[])
           ) as "knowsOthers"
      from seen`)

/** Whether whoever calls was known elsewhere and not there. */
export const isElsewhere = (address: Buffer): Statement<{ isElsewhere: boolean }> =>
  one(sql<{ isElsewhere: boolean }>`select coalesce(comes_from_elsewhere(${address}), false) as "isElsewhere"`)

/** From now on whoever calls is known there. */
export const knowAddress = (address: Buffer, now: Date): Statement<unknown> =>
  one(sql`select came_from(${address}, ${now})`)

export const deleteKnownDevices = ({ orgId, userId }: Owner): Statement<number> =>
  execute(sql`delete from known_devices where org_id = ${orgId} and user_id = ${userId}`)

export const deleteDevicesUnseenSince = (since: Date): Statement<number> =>
  execute(sql`delete from known_devices where last_seen_at < ${since}`)
