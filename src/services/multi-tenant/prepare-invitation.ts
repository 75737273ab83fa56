import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { newToken } from '../../credentials/one-time-token.ts'
import type { Statement } from '../../database/statement.ts'
import { invitationLetter } from '../../mail/letters.ts'
import { insertInvitation } from '../../queries/invitations.ts'
import type { Principal } from '../../types/principal.ts'
import type { User } from '../../types/user.ts'
import { writeLetter } from '../notification/write-letter.ts'

const VALID_MS = 24 * 3_600_000

interface Prepared {
  /** For the inviter to pass on; undefined where it leaves by mail. */
  readonly invitationUrl: string | undefined
  readonly statements: readonly Statement<number>[]
}

/**
 * The link leaves by mail, or is in the answer alone where no mail server is configured: of its token only the hash is stored,
 * and until it has left the mail, sealed.
 */
export function prepareInvitation(
  ctx: Call & { readonly principal?: Principal },
  user: User,
  organizationName: string,
): Prepared {
  const { token, hash: tokenHash } = newToken('inv_')
  const expiresAt = new Date(ctx.now.getTime() + VALID_MS)
  const url = `${ctx.settings.publicUrl}/invitations/${token}`
  const { organizationId: orgId, id: userId } = user
  const createdBy = ctx.principal?.userId ?? null
  return {
    invitationUrl: ctx.settings.sendsMail ? undefined : url,
    statements: [
      writeLetter(
        ctx,
        { orgId, to: user.email },
        invitationLetter({ organizationName, role: user.role, url, expiresAt }),
      ),
      insertInvitation({ orgId, id: uuidv7(), userId, tokenHash, createdBy, createdAt: ctx.now, expiresAt }),
    ],
  }
}
