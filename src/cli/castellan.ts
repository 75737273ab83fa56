#!/usr/bin/env node
import { Command } from 'commander'
import { auditCommand } from './audit.ts'
import { demoCommand } from './demo.ts'
import { migrateCommand } from './migrate.ts'
import { rotateKeysCommand } from './rotate-keys.ts'
import { serveCommand } from './serve.ts'
import { told } from '../told.ts'

/** Exit codes: 0 done, 1 found something wrong, 2 wrong usage or could not decide. */
const program = new Command('castellan')
  .description('The operator’s tool of Castellan. Configuration comes from the environment, as for the server.')
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addCommand(serveCommand)
  .addCommand(migrateCommand)
  .addCommand(demoCommand)
  .addCommand(rotateKeysCommand)
  .addCommand(auditCommand)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${told(error)}\n`)
  process.exitCode = 2
}
