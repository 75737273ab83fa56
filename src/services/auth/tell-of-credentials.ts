import type { Call } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { minute } from '../../mail/letters.ts'
import type { Owner } from '../../queries/credentials.ts'
import { tell } from '../notification/tell.ts'

/** Whoever's way in has changed hears of it, in case it was not they. */
export const tellOfCredentials = (ctx: Call, { userId }: Owner, what: string): Statement<unknown> =>
  tell(
    ctx,
    { people: [userId] },
    {
      kind: 'credentials_changed',
      title: 'How you sign in has changed',
      body: `${what}\n\nThis was at ${minute(ctx.now)}${from(ctx)}. If it was not you, ask your administrator for help at once.`,
      link: null,
    },
  )

const from = ({ address }: Call): string => (address === null ? '' : `, from ${address}`)
