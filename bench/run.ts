import { parseArgs } from 'node:util'
import type { Question, Result } from './question.ts'
import { authenticatedRoute } from './authenticated-route.ts'
import { revocationSpread } from './revocation-spread.ts'
import { signInFlood } from './sign-in-flood.ts'
import { firstToken } from './first-token.ts'
import { auditBulk } from './audit-bulk.ts'
import { auditOneOrganization } from './audit-one-organization.ts'
import { auditVerify } from './audit-verify.ts'
import { auditWrite } from './audit-write.ts'
import { bulkHandOff } from './bulk-hand-off.ts'
import { bulkRevocation } from './bulk-revoke.ts'
import { auditExport } from './audit-export.ts'
import { auditPage } from './audit-page.ts'
import { auditStatistics } from './audit-stats.ts'
import { auditTotals } from './audit-totals.ts'
import { decisionCasbin } from './decision-casbin.ts'
import { decisionCasl } from './decision-casl.ts'
import { decisionCedar } from './decision-cedar.ts'
import { denialReasons } from './denial-reasons.ts'
import { grantDecision } from './grant-decision.ts'
import { grantIndex } from './grant-index.ts'
import { matrixScroll } from './matrix-scroll.ts'
import { matrixUnchanged } from './matrix-unchanged.ts'
import { matrixWindow } from './matrix-window.ts'
import { listPage } from './list-page.ts'
import { oneFlight } from './one-flight.ts'
import { readPath } from './read-path.ts'
import { readPathCold } from './read-path-cold.ts'
import { recordUse } from './record-use.ts'
import { rollupCost } from './rollup-cost.ts'
import { search } from './search.ts'
import { signInRate } from './sign-in.ts'
import { record } from './support/record.ts'
import { closePlatform } from './support/platform.ts'
import { table } from './support/table.ts'
import { wholeMatrix } from './whole-matrix.ts'

const questions: readonly Question[] = [
  readPath,
  readPathCold,
  oneFlight,
  grantDecision,
  decisionCasl,
  decisionCasbin,
  decisionCedar,
  denialReasons,
  listPage,
  search,
  signInRate,
  recordUse,
  authenticatedRoute,
  firstToken,
  revocationSpread,
  signInFlood,
  auditWrite,
  auditOneOrganization,
  auditBulk,
  auditVerify,
  rollupCost,
  grantIndex,
  wholeMatrix,
  matrixUnchanged,
  matrixWindow,
  matrixScroll,
  bulkRevocation,
  bulkHandOff,
  auditPage,
  auditStatistics,
  auditTotals,
  auditExport,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function usage(): string {
  const names = questions.map(({ id, question }) => `  ${id.padEnd(16)} ${question}`)
  return `npm run bench -- [--json] [--record] [NAME…]

Answers the named questions, or all of them:
${names.join('\n')}

--json prints one object a line, --record keeps them with the machine's description in bench/results.
`
}

function chosen(): readonly Question[] {
  const unknown = positionals.filter((name) => !questions.some(({ id }) => id === name))
  if (unknown.length > 0) throw new RangeError(`no question is named ${unknown.join(', ')}\n\n${usage()}`)
  return positionals.length === 0 ? questions : questions.filter(({ id }) => positionals.includes(id))
}

/** No figure is better than its third digit. */
const rounded = (value: number): number => Number(value.toPrecision(3))

async function ask({ id, question, goal, run }: Question): Promise<Result> {
  const answer = await run((progress) => void process.stderr.write(`${id}: ${progress}\n`))
  const { unit, details = {} } = answer
  const figures = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, rounded(value)]))
  return {
    id,
    question,
    ours: rounded(answer.ours),
    against: rounded(answer.against),
    ratio: rounded(answer.ratio),
    unit,
    goal,
    holds: answer.ratio >= goal,
    details: figures,
  }
}

async function main(): Promise<void> {
  const results: Result[] = []
  try {
    for (const question of chosen()) {
      const result = await ask(question)
      results.push(result)
      if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
    }
  } finally {
    await closePlatform()
  }
  if (!values.json) process.stdout.write(table(results))
  if (values.record) await record(results)
  process.exitCode = results.every(({ holds }) => holds) ? 0 : 1
}

if (values.help) process.stdout.write(usage())
else await main()
