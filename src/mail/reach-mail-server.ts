import nodemailer from 'nodemailer'

const WITHIN_MS = 5000

/** Says hello, and signs in where the URL says how; sends nothing. @throws what the server or the network said */
export async function reachMailServer(url: string): Promise<void> {
  const timeouts = { connectionTimeout: WITHIN_MS, greetingTimeout: WITHIN_MS, socketTimeout: WITHIN_MS }
  const transport = nodemailer.createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true })
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}
