/** What leaves by mail. Plain text: what people have named things cannot become markup. */
export interface Letter {
  readonly subject: string
  readonly text: string
}

const paragraphs = (...lines: readonly string[]): string => `${lines.join('\n\n')}\n`

interface Invited {
  readonly organizationName: string
  readonly role: string
  readonly url: string
  readonly expiresAt: Date
}

export const invitationLetter = ({ organizationName, role, url, expiresAt }: Invited): Letter => ({
  subject: `You are invited to ${organizationName}`,
  text: paragraphs(
    `You are invited to join ${organizationName} on Castellan as ${words(role)}.`,
    `Choose your password here:\n${url}`,
    `The link works once, until ${minute(expiresAt)}. Whoever has it can open the account: do not pass it on.`,
    'If you did not expect this, do nothing: the account is not opened without the link.',
  ),
})

interface PasswordLink {
  readonly url: string
  readonly expiresAt: Date
  /** Where it was asked for from. */
  readonly address: string | null
}

export const passwordLetter = ({ url, expiresAt, address }: PasswordLink): Letter => ({
  subject: 'Set a new password',
  text: paragraphs(
    `Somebody asked for a new password for your account on Castellan${address === null ? '' : `, from ${address}`}.`,
    `Choose it here:\n${url}`,
    `The link works once, until ${minute(expiresAt)}. Whoever has it can set your password: do not pass it on.`,
    'If it was not you, do nothing: your password stays as it is.',
  ),
})

interface Notified {
  readonly title: string
  readonly body: string
  readonly url: string | null
}

export const notificationLetter = ({ title, body, url }: Notified): Letter => ({
  subject: title,
  text: paragraphs(body, ...(url === null ? [] : [url]), 'You get this because of your account on Castellan.'),
})

/** `2026-11-23 08:00 UTC` */
export const minute = (instant: Date): string => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** `basic_user` → `basic user` */
const words = (term: string): string => term.replaceAll('_', ' ')
