import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { checksOf } from './doctor/checks.ts'
import type { Finding } from './doctor/finding.ts'

export const doctorCommand = new Command('doctor')
  .description('look whether everything stands as it should: one line each, and what to do about it')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
Changes nothing: it applies no migration, and looks at a database beside the server that runs on it.
Exit code 0: all is well; 1: something is wrong; 2: something could not be looked at.`,
  )
  .action(async ({ json }: { json?: boolean }) => {
    const findings: Finding[] = []
    for await (const finding of checksOf(() => readConfig())) {
      findings.push(finding)
      if (!json) process.stdout.write(lineOf(finding))
    }
    const outcome = outcomeOf(findings)
    if (json) process.stdout.write(`${JSON.stringify({ outcome, findings })}\n`)
    process.exitCode = { well: 0, wrong: 1, unknown: 2 }[outcome]
  })

const marks = { well: 'ok     ', wrong: 'WRONG  ', unknown: 'unknown' } as const

const lineOf = ({ check, state, told, mend }: Finding): string =>
  `${marks[state]}  ${check.padEnd(13)}  ${told}${mend === undefined ? '' : ` → ${mend}`}\n`

/** What is wrong weighs more than what is not known. */
function outcomeOf(findings: readonly Finding[]): Finding['state'] {
  const states = new Set(findings.map(({ state }) => state))
  if (states.has('wrong')) return 'wrong'
  return states.has('unknown') ? 'unknown' : 'well'
}
