import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Notification, NotificationKind } from '../types/notification.ts'
import type { Paging } from '../types/page.ts'
import { contains } from './search.ts'

/** Whom to tell; of those only the active ones are told. */
export interface Audience {
  readonly people?: readonly string[]
  /** Customers, whose admins are meant. */
  readonly adminsOf?: readonly string[]
  readonly superAdmins?: true
}

/** What everybody in the audience gets, in the application and by mail. */
export interface Told {
  readonly kind: NotificationKind
  readonly title: string
  readonly body: string
  readonly link: string | null
  readonly at: Date
  /** Whoever was told under this key is not told again. */
  readonly onceKey: string | null
  readonly letterId: string
  readonly subject: string
  readonly textSealed: string
}

/** How many were told. The database finds them: who tells need not see them. */
export const tellAll = (
  { people = [], adminsOf = [], superAdmins }: Audience,
  told: Told,
): Statement<{ told: number }> =>
  one(sql<{ told: number }>`
    select tell(${people}::uuid[], ${adminsOf}::uuid[], ${superAdmins === true}::boolean, ${JSON.stringify(told)}::jsonb) as told`)

export interface Owner {
  readonly orgId: string
  readonly userId: string
}

const columns = sql`n.id, n.kind, n.title, n.body, n.link, n.created_at as "createdAt", n.read_at as "readAt"`
const ownedBy = ({ orgId, userId }: Owner): Sql<unknown> => sql`n.org_id = ${orgId} and n.user_id = ${userId}`

export interface NotificationFilter {
  readonly owner: Owner
  readonly unread?: boolean | undefined
  readonly search?: string | undefined
}

const matching = ({ owner, unread, search }: NotificationFilter): Sql<unknown> => sql`
  ${ownedBy(owner)}
  and ${unread === undefined ? sql`true` : sql`(n.read_at is null) = ${unread}`}
  and ${search === undefined ? sql`true` : contains(sql`lower(normalize(n.title || ' ' || n.body))`, search)}`

const notificationOrder = {
  createdAt: sql`n.created_at, n.id`,
  '-createdAt': sql`n.created_at desc, n.id desc`,
} as const

export type NotificationSort = keyof typeof notificationOrder

export const listNotifications = (
  filter: NotificationFilter,
  sort: NotificationSort,
  { limit, offset }: Paging,
): Statement<Notification[]> =>
  list(sql<Notification>`
    select ${columns} from notifications n
     where ${matching(filter)}
     order by ${notificationOrder[sort]}
     limit ${limit} offset ${offset}`)

export const countNotifications = (filter: NotificationFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from notifications n where ${matching(filter)}`)

/** What was read before stays read since then. */
export const markRead = (owner: Owner, id: string, now: Date): Statement<Notification | null> =>
  find(sql<Notification>`
    update notifications n set read_at = coalesce(n.read_at, ${now})
     where ${ownedBy(owner)} and n.id = ${id}
    returning ${columns}`)

export const markAllRead = (owner: Owner, now: Date): Statement<number> =>
  execute(sql`update notifications n set read_at = ${now} where ${ownedBy(owner)} and n.read_at is null`)
