import { Command } from 'commander'
import { inviteSuperAdmin } from '../services/operator.service.ts'
import { addressOf, asOperator } from './as-operator.ts'

interface Given {
  readonly firstName: string
  readonly lastName: string
  readonly json?: boolean
}

export const createAdminCommand = new Command('create-admin')
  .description('invite a super admin of the provider, when nobody can sign in who could; it is in the trail')
  .argument('<e-mail>', 'the address to sign in with')
  .option('--first-name <name>', '', 'New')
  .option('--last-name <name>', '', 'Administrator')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
Prints a link that works once, for 24 hours: whoever opens it chooses the password. Given again for somebody who has not opened theirs,
it makes a new one. With the embedded database, stop the server first.`,
  )
  .action(async (given: string, { firstName, lastName, json }: Given) => {
    const email = addressOf(given)
    const invited = await asOperator((call) => inviteSuperAdmin(call, { email, firstName, lastName }), {
      not_found: 'there is no provider yet: start the server, and set it up with the token that it prints',
      email_taken: `${email} has an account already: reset-mfa takes its second factor, another address makes another account`,
    })
    if (invited === null) return
    const { invitationUrl = '' } = invited
    process.stdout.write(json ? `${JSON.stringify({ email, invitationUrl })}\n` : `${invitationUrl}\n`)
  })
