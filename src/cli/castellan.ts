#!/usr/bin/env node
import { Command } from 'commander'
import { auditCommand } from './audit.ts'
import { createAdminCommand } from './create-admin.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { migrateCommand } from './migrate.ts'
import { resetMfaCommand } from './reset-mfa.ts'
import { rotateKeysCommand } from './rotate-keys.ts'
import { serveCommand } from './serve.ts'
import { told } from '../told.ts'

/** Exit codes: 0 done, 1 found something wrong, 2 wrong usage or could not decide. */
const program = new Command('castellan')
  .description('The operator’s tool of Castellan. Configuration comes from the environment, as for the server.')
  .addCommand(serveCommand)
  .addCommand(migrateCommand)
  .addCommand(demoCommand)
  .addCommand(createAdminCommand)
  .addCommand(resetMfaCommand)
  .addCommand(doctorCommand)
  .addCommand(rotateKeysCommand)
  .addCommand(auditCommand)

/** Of what is within a command too, which does not take it from the one around it. */
function endsAsDocumented(command: Command): void {
  command.showHelpAfterError().exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  for (const within of command.commands) endsAsDocumented(within)
}
endsAsDocumented(program)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${told(error)}\n`)
  process.exitCode = 2
}
