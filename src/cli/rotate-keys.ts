import { Command, Option } from 'commander'
import { readConfig } from '../config.ts'
import { openHouse } from '../house.ts'
import { rotateKeys } from '../services/keys.service.ts'

interface Given {
  readonly purpose: 'signing' | 'sealing'
  readonly drop?: boolean
  readonly json?: boolean
}

export const rotateKeysCommand = new Command('rotate-keys')
  .description('put the next generation of keys to use, on every node within a second and without a request that fails')
  .addOption(
    new Option('--purpose <purpose>', 'signing: access tokens; sealing: secrets at rest')
      .choices(['signing', 'sealing'])
      .default('signing'),
  )
  .option('--drop', 'in an emergency: what the old keys signed counts no more, on every node within two seconds')
  .option('--json', 'print one JSON object')
  .action(async ({ purpose, drop = false, json }: Given) => {
    const house = await openHouse(readConfig(), (step) => void process.stderr.write(`${step}\n`))
    try {
      const generation = await rotateKeys(house, { purpose, drop })
      const done = `The ${purpose} keys are of generation ${generation} now.`
      process.stdout.write(json ? `${JSON.stringify({ purpose, generation, dropped: drop })}\n` : `${done}\n`)
    } finally {
      await house.close()
    }
  })
