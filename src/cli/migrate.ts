import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { prepareDatabase } from '../database/open-database.ts'
import { openGround } from '../house.ts'

export const migrateCommand = new Command('migrate')
  .description('make the database roles and apply pending migrations; several nodes may start at once')
  .option('--json', 'print one JSON object')
  .action(async ({ json }: { json?: boolean }) => {
    const steps: string[] = []
    const report = (step: string): void => {
      steps.push(step)
      if (!json) process.stdout.write(`${step}\n`)
    }
    const ground = await openGround(readConfig(), report)
    try {
      await prepareDatabase(ground.preparation)
    } finally {
      await ground.stop()
    }
    process.stdout.write(json ? `${JSON.stringify({ steps })}\n` : 'The database is ready.\n')
  })
