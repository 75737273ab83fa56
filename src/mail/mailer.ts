import nodemailer from 'nodemailer'
import type { Letter } from './letters.ts'

export interface Mailer {
  /** Resolves once a server has taken responsibility for it. Rejects with what the server or the network said. */
  send(mail: Letter & { readonly id: string; readonly to: string }): Promise<void>
  close(): void
}

interface Options {
  /** `smtp://` upgrades to TLS where the server offers it, `smtps://` is TLS from the start; nodemailer's options as its query. */
  readonly url: string
  readonly from: { readonly name: string; readonly address: string }
}

/** Longer than a patient relay takes to look into a mail, shorter than others leave it to us. */
export const SEND_WITHIN_MS = 60_000
const CONNECTIONS = 3

export function createMailer({ url, from }: Options): Mailer {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    // Whether to send again is the outbox's to decide.
    maxRequeues: 0,
    idleTimeout: 5000,
    connectionTimeout: 10_000,
    greetingTimeout: 15_000,
    socketTimeout: SEND_WITHIN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const host = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    async send({ id, to, subject, text }) {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        // The same at each attempt: a mail that arrives twice can be known by it.
        messageId: `<${id}@${host}>`,
        // RFC 3834: no holiday notices, please.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(SEND_WITHIN_MS),
      })
    },
    close: () => transport.close({ force: true }),
  }
}
