import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { StoredEvent } from '../types/written-event.ts'
import { storedColumns } from './audit-verification.ts'

export interface ErasureEvent {
  /** Null until it is sealed. */
  readonly sequence: number | null
  readonly leaf: Buffer | null
  readonly writtenMark: Buffer | null
  readonly event: StoredEvent
}

/** The erasures in an organization's trail, sealed or not. */
export function listErasures(orgId: string): Statement<ErasureEvent[]> {
  const query = list(sql<StoredEvent & Omit<ErasureEvent, 'event'>>`
    select (select s.sequence from audit_seals s where s.org_id = a.org_id and s.event_id = a.id) as sequence, a.leaf,
           a.written_mark as "writtenMark", ${storedColumns}
      from audit_logs a
     where a.org_id = ${orgId} and a.action = 'privacy.erased'
     order by a.occurred_at, a.id`)
  return {
    ...query,
    read: (answer) =>
      query.read(answer).map(({ sequence, leaf, writtenMark, ...event }) => ({ sequence, leaf, writtenMark, event })),
  }
}

/** What somebody was called and from where they came, as the trail has it. */
export interface Traces {
  readonly emails: readonly string[]
  readonly firstNames: readonly string[]
  readonly lastNames: readonly string[]
  readonly addresses: readonly string[]
  readonly userAgents: readonly string[]
}

/** Changes of a person are told in the words of the application, or in those of the database. */
export const findTraces = (personId: string): Statement<Traces> =>
  one(sql<Traces>`
    with own as (
      select a.actor_email, host(a.ip_address) as address, a.user_agent from audit_logs a where a.user_id = ${personId}
    ), said as (
      select s.state
        from audit_logs a
       cross join lateral (values (a.changes -> 'before'), (a.changes -> 'after'), (a.details)) s (state)
       where a.resource_id = ${personId} and jsonb_typeof(s.state) = 'object'
    )
    select array(select actor_email from own where actor_email is not null
                 union select state ->> 'email' from said where state ? 'email') as emails,
           array(select distinct coalesce(state ->> 'firstName', state ->> 'first_name') from said
                  where state ?| array['firstName', 'first_name']) as "firstNames",
           array(select distinct coalesce(state ->> 'lastName', state ->> 'last_name') from said
                  where state ?| array['lastName', 'last_name']) as "lastNames",
           array(select address from own where address is not null
                 union select host(ip_address) from user_sessions where user_id = ${personId} and ip_address is not null
                 union select unnest(ip_restrictions) from technician_customer_access_history where technician_id = ${personId}) as addresses,
           array(select user_agent from own where user_agent is not null
                 union select user_agent from user_sessions where user_id = ${personId} and user_agent is not null) as "userAgents"`)

/** What may have something of a person in it: their own events, those about them, and those whose texts match. */
export interface Suspicion {
  readonly personId: string
  readonly upTo: Date
  /** A regular expression. */
  readonly words: string
}

/** In the order of their time, behind an event. Erasures themselves stay as they are. */
export const listSuspects = (
  { personId, upTo, words }: Suspicion,
  after: { occurredAt: string; id: string } | null,
  limit: number,
): Statement<StoredEvent[]> =>
  list(sql<StoredEvent>`
    select ${storedColumns}
      from audit_logs a
     where a.occurred_at <= ${upTo} and ${after === null ? sql`true` : behind(after)}
       and num_nonnulls(a.actor_nonce, a.description_nonce, a.content_nonce) > 0 and not starts_with(a.action, 'privacy.')
       and (a.user_id = ${personId} or a.resource_id = ${personId} or a.description ~* ${words} or a.changes::text ~* ${words}
            or a.details::text ~* ${words})
     order by a.occurred_at, a.id
     limit ${limit}`)

const behind = ({ occurredAt, id }: { occurredAt: string; id: string }): Sql<unknown> =>
  sql`a.occurred_at >= ${occurredAt} and (a.occurred_at, a.id) > (${occurredAt}, ${id})`

/** What goes from an event: of each group that does its commitment; with the content, what is left. */
export interface Taking {
  readonly orgId: string
  readonly occurredAt: string
  readonly id: string
  readonly actor: Buffer | null
  readonly description: Buffer | null
  readonly content: Buffer | null
  readonly changes: unknown
  readonly details: unknown
}

export const eraseFromTrail = (takings: readonly Taking[]): Statement<{ count: number }> =>
  one(sql<{ count: number }>`select erase_from_trail(${JSON.stringify(takings.map(asRecord))}::jsonb) as count`)

const asRecord = ({ actor, description, content, ...rest }: Taking): object => ({
  ...rest,
  actor: hex(actor),
  description: hex(description),
  content: hex(content),
})

const hex = (bytes: Buffer | null): string | null => bytes && `\\x${bytes.toString('hex')}`

/** Out of all rows but those of the trail. @returns how many had something of the person */
export const erasePerson = (personId: string, words: string, now: Date): Statement<{ rows: number }> =>
  one(sql<{ rows: number }>`select erase_person(${personId}, ${words}, ${now}) as rows`)
