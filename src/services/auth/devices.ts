import { createHmac } from 'node:crypto'
import type { Call } from '../../context.ts'
import { hashToken, isTokenShaped, newToken } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import type { Statement } from '../../database/statement.ts'
import { minute } from '../../mail/letters.ts'
import type { Owner } from '../../queries/credentials.ts'
import { isElsewhere, knowAddress, seeDevice } from '../../queries/known-devices.ts'
import type { Sighting } from '../../queries/known-devices.ts'
import { tell } from '../notification/tell.ts'
import { networkOf } from './tries.ts'

/** A device as it shows itself: by the cookie that it was given, and by what it looks like. */
export interface Device {
  /** What to know it by from now on. */
  readonly token: string
  readonly hash: Buffer
}

export const hashOfDevice = (token: string | null): Buffer =>
  token !== null && isTokenShaped(token, tokenKinds.device) ? hashToken(token) : Buffer.alloc(0)

/** The one that it carries, or a new one. */
export function deviceOf(token: string | null): Device {
  if (token !== null && isTokenShaped(token, tokenKinds.device)) return { token, hash: hashToken(token) }
  return newToken(tokenKinds.device)
}

/** Without cookies a device is known by what it says it is and where it is. It gets no tries of its own by that. */
const looks = (ctx: Call): Buffer =>
  createHmac('sha256', ctx.credentials.triesKey)
    .update(`device ${networkOf(ctx)} ${ctx.userAgent ?? ''}`)
    .digest()

/** An address is known by its network, hashed: where somebody was cannot be read from it. */
const addressOf = (ctx: Call): Buffer =>
  createHmac('sha256', ctx.credentials.triesKey)
    .update(`address ${networkOf(ctx)}`)
    .digest()

export const sight = (ctx: Call, owner: Owner, device: Device | null): Statement<Sighting> =>
  seeDevice(owner, { device: [looks(ctx), ...(device ? [device.hash] : [])], address: addressOf(ctx) }, ctx.now)

/** What makes a sign-in riskier. Nobody's first is: there is nothing yet that it differs from. */
export const risksOf = ({ isNew, isElsewhere: elsewhere, knowsOthers }: Sighting): string[] =>
  knowsOthers ? [...(elsewhere ? ['new_address'] : []), ...(isNew ? ['new_device'] : [])] : []

/** Whether whoever calls comes from an address that they did not come from before. */
export const lookForAddress = (ctx: Call): Statement<{ isElsewhere: boolean }> => isElsewhere(addressOf(ctx))

export const rememberAddress = (ctx: Call): Statement<unknown> => knowAddress(addressOf(ctx), ctx.now)

export const tellOfDevice = (ctx: Call, { userId }: Owner): Statement<unknown> =>
  tell(
    ctx,
    { people: [userId] },
    {
      kind: 'new_device',
      title: 'You signed in on a new device',
      body:
        `Your account was signed in to at ${minute(ctx.now)} from a device that it was not used on before:\n\n` +
        `${ctx.userAgent ?? 'a program that does not say what it is'}, ${ctx.address ?? 'from an unknown address'}\n\n` +
        'If it was not you, end that session, change your password, and ask your administrator for help.',
      link: null,
    },
  )
