import { Command } from 'commander'
import { takeSecondFactor } from '../services/operator.service.ts'
import { addressOf, asOperator } from './as-operator.ts'

export const resetMfaCommand = new Command('reset-mfa')
  .description('take away the second factor of an account whose owner has lost it; it is in the trail')
  .argument('<e-mail>', 'the address that they sign in with')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
Codes, recovery codes, passkeys and sessions are gone; the password stays, and a new factor is asked for at the next sign-in where the
account owes one. With the embedded database, stop the server first.`,
  )
  .action(async (given: string, { json }: { json?: boolean }) => {
    const address = addressOf(given)
    const reset = await asOperator((call) => takeSecondFactor(call, address), {
      not_found: `nobody signs in as ${address}`,
    })
    if (reset === null) return
    const done = `${reset.email} has no second factor any more; their sessions have ended.`
    process.stdout.write(json ? `${JSON.stringify({ email: reset.email, mfaEnabled: false })}\n` : `${done}\n`)
  })
