import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'

interface Step {
  readonly name: string
  readonly command: string
  readonly environment?: Readonly<Record<string, string>>
  /** A checker that finds nothing to check has not passed. */
  readonly mustSay?: RegExp
  /** Which files of tests, all of them where it is empty. Those that fail can be run again, as each stands alone. */
  readonly tests?: string
}

/**
 * What `npm test` runs, in order: cheap and static first. Everything must pass; a step that fails is told at the end too.
 * A few files of tests that fail are run once more, alone. What passes only then lets the step pass, and is told at the end as
 * unsteady: a fault of the test or of the product, to be mended like any other.
 * The second run of the server's tests sends its statements one by one, to Debian's PostgreSQL 15 where that is installed.
 */
const steps: readonly Step[] = [
  { name: 'types', command: 'node scripts/console-types.ts && tsc -p . && tsc -p console' },
  { name: 'lint', command: 'oxlint --type-aware --deny-warnings src test scripts bench console' },
  { name: 'format', command: 'prettier --check --log-level warn .' },
  { name: 'imports', command: 'depcruise src --config .dependency-cruiser.js', mustSay: /\b[1-9]\d{2,} modules\b/ },
  { name: 'unused', command: 'knip --no-config-hints --treat-config-hints-as-errors' },
  { name: 'browser', command: 'node scripts/install-chromium.ts' },
  { name: 'redis', command: 'node scripts/install-redis.ts' },
  { name: 'haproxy', command: 'node scripts/install-haproxy.ts' },
  { name: 'console', command: 'node scripts/build-console.ts' },
  { name: 'unit', command: 'vitest run --project unit', tests: '' },
  { name: 'embedded', command: 'vitest run --project embedded', tests: '' },
  { name: 'server', command: 'vitest run --project server', tests: '' },
  {
    name: 'second',
    command: 'vitest run --project server',
    tests: 'test/routes test/isolation test/database test/jobs',
    environment: {
      DATABASE_PIPELINE: 'off',
      TEST_POSTGRES: existsSync('/usr/lib/postgresql/15/bin/postgres') ? 'debian' : '',
    },
  },
]

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, help: { type: 'boolean' } } })

if (values.help) {
  process.stdout.write(`npm test [-- --only=NAME …]\n\nSteps: ${steps.map(({ name }) => name).join(', ')}\n`)
  process.exit(0)
}

/** All that tests put into the temporary directory is in one of ours, and goes with it, whatever happens to them. */
const scratch = mkdtempSync(join(tmpdir(), 'castellan-run-'))
chmodSync(scratch, 0o755)
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

const FAULTS_LENGTH = 6000
const MOST_UNSTEADY = 3
const chosen = steps.filter(({ name }) => values.only?.includes(name) ?? true)
const failed: string[] = []
const faults: string[] = []
const unsteady: string[] = []
for (const step of chosen) {
  const started = performance.now()
  process.stdout.write(`\n── ${step.name}: ${step.command}\n`)
  const { passed, said } = await runTwice(step)
  process.stdout.write(
    `── ${step.name} ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  )
  if (passed) continue
  failed.push(step.name)
  faults.push(`\n── ${step.name}\n${faultsIn(said)}`)
}
// Again at the end, where whoever sees the last lines alone finds them.
process.stdout.write(faults.join('\n'))
if (unsteady.length > 0) process.stdout.write(`\npassed only when run again:\n${unsteady.join('\n')}\n`)
if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(', ')}\n`)
process.stdout.write(`\n${chosen.length - failed.length} passed, ${failed.length} failed\n`)
process.exitCode = failed.length > 0 || chosen.length === 0 ? 1 : 0

async function runTwice(step: Step): Promise<{ passed: boolean; said: string }> {
  if (step.tests === undefined) return run(step)
  const report = join(scratch, `${step.name}.json`)
  const first = await run(step, `${step.tests} --reporter=default --reporter=json --outputFile.json=${report}`)
  const files = first.passed ? [] : filesThatFailed(report)
  if (files.length === 0 || files.length > MOST_UNSTEADY) return first
  process.stdout.write(`\n── ${step.name}: ${files.join(' ')} again\n`)
  const again = await run(step, files.join(' '))
  if (!again.passed) return again
  unsteady.push(...namesOfFailed(first.said))
  return again
}

/** None where not every test has an answer. */
function filesThatFailed(report: string): string[] {
  if (!existsSync(report)) return []
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; status: string }[]
  }
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name))
}

function run({ command, environment, mustSay }: Step, more = ''): Promise<{ passed: boolean; said: string }> {
  const child = spawn(`${command} ${more}`, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment, TMPDIR: scratch },
  })
  let said = ''
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      process.stdout.write(chunk)
    })
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ passed: code === 0 && (mustSay?.test(said) ?? true), said }))
  })
}

function namesOfFailed(said: string): string[] {
  return [...new Set(said.match(/^.*\bFAIL\b.*$/gm))]
}

/** The names of the tests that failed, then the step's last words. */
function faultsIn(said: string): string {
  return [...namesOfFailed(said), said.slice(-FAULTS_LENGTH)].join('\n')
}
