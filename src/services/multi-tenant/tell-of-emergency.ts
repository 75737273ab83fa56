import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { minute } from '../../mail/letters.ts'
import type { Grant } from '../../types/grant.ts'
import { tell } from '../notification/tell.ts'
import { nameOf } from './tell-of-grant.ts'

/** An emergency is told to those it is about and those who answer for it: the customer's admins and all super admins. */
export function tellOfEmergency(ctx: Context, grant: Grant): Statement<unknown>[] {
  if (grant.accessLevel !== 'emergency' || grant.expiresAt === null) return []
  const { customer, startsAt, expiresAt, reason } = grant
  const span = `from ${minute(new Date(startsAt))} until ${minute(new Date(expiresAt))}`
  const news = {
    kind: 'emergency_access_granted',
    title: `Emergency access to ${customer.name}`,
    body:
      `${nameOf(grant.technician)} was given emergency access to ${customer.name}, ${span}, by ${ctx.principal.email}.` +
      `\n\nReason: ${reason}`,
    link: `/customers/${customer.id}`,
  } as const
  return [tell(ctx, { adminsOf: [customer.id], superAdmins: true }, news)]
}
