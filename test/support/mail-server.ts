import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  readonly to: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A real SMTP server in this process, on a port that stays its own while it is down. */
export interface MailServer {
  readonly url: string
  /** What has arrived, oldest first. */
  readonly received: ReceivedMail[]
  up(): Promise<void>
  down(): Promise<void>
  /** Whether mails that were read whole are answered: if not, their sender does not know. */
  answers: boolean
}

export async function openMailServer(): Promise<MailServer> {
  let server: SMTPServer | null = null
  let port = 0
  const received: ReceivedMail[] = []

  async function up(): Promise<void> {
    const opened = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, session, done) {
        let raw = ''
        stream.setEncoding('utf8').on('data', (part: string) => void (raw += part))
        stream.on('end', () => {
          received.push(read(raw, session.envelope.rcptTo.map(({ address }) => address).join()))
          if (mail.answers) done()
        })
      },
    })
    opened.on('error', () => undefined)
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve))
    port = (opened.server.address() as { port: number }).port
    server = opened
  }

  async function down(): Promise<void> {
    const closing = server
    server = null
    if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()))
  }

  const mail: MailServer = { url: '', received, up, down, answers: true }
  await up()
  return Object.assign(mail, { url: `smtp://127.0.0.1:${port}` })
}

/** Quoted-printable is undone; nothing else that Castellan sends is encoded. */
function read(raw: string, to: string): ReceivedMail {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
  const body = rest.join('\r\n\r\n')
  const quoted = headers['content-transfer-encoding'] === 'quoted-printable'
  return { to, headers, text: quoted ? unquote(body) : body }
}

const unquote = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
