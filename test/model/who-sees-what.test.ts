import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { lookAround } from './look.ts'
import { anyLine, give, knownPlays, orderOf } from './orders.ts'
import type { Line } from './orders.ts'
import { carryOut, refusals } from './reference.ts'
import type { Order, Person } from './reference.ts'
import { accept, begin, end, openStage, pass, readClock, signIn } from './stage.ts'
import type { Play, Stage } from './stage.ts'

const numRuns = Number(process.env['MODEL_RUNS'] ?? 300)
/** The normal run plays the same again; the nightly one plays anew, and prints its seed when it fails. */
const usual = process.env['MODEL_RUNS'] === undefined ? '1030677940' : undefined
const chosen = process.env['SEED'] ?? usual
const seed = chosen === undefined ? undefined : Number(chosen)
const LINES = 15
/** For as long a play that fails is made smaller. */
const SHRINK_MS = 60_000

let stage: Stage
let failedAt: number | null = null
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

test(
  'whatever happens, in whatever order, everybody sees what the specification says, and no more',
  async () => {
    const lines = fc.array(anyLine, { maxLength: LINES, size: 'max' })
    const examples = knownPlays.map((play): [Line[]] => [play])
    await fc.assert(fc.asyncProperty(lines, perform), { numRuns, examples, ...(seed !== undefined && { seed }) })
  },
  60_000 + numRuns * 2_000,
)

async function perform(lines: readonly Line[]): Promise<void> {
  if (failedAt !== null && performance.now() - failedAt > SHRINK_MS) return
  const play = await begin(stage)
  const story: string[] = []
  try {
    for (const [turn, line] of lines.entries()) {
      const wrong = [...(await follow(play, line, story)), ...(await look(play, turn))]
      if (wrong.length === 0) continue
      failedAt ??= performance.now()
      throw new Error([...story, ...wrong].join('\n'))
    }
  } finally {
    await end(stage, play)
  }
}

async function look(play: Play, turn: number): Promise<string[]> {
  readClock(stage, play)
  const wrong = await lookAround(stage, play, turn)
  await signIn(stage, play)
  return wrong
}

/** @returns what was answered other than it should have been */
async function follow(play: Play, line: Line, story: string[]): Promise<string[]> {
  if (line.act === 'pass') {
    story.push(`${line.minutes} minutes pass`)
    await pass(stage, play, line.minutes)
    await signIn(stage, play)
    return []
  }
  readClock(stage, play)
  const order = orderOf(play, line)
  return order === null ? [] : obey(play, order, story)
}

async function obey(play: Play, order: Order, story: string[]): Promise<string[]> {
  const { state } = play
  const may = refusals(state, order)
  const { answer, made } = await give(clientOf(order.by), play, order)
  story.push(`${order.by.role} says: ${tell(order)} → ${answer.status} ${answer.body.error ?? made.join(' ')}`)
  const isDone = answer.status < 400
  if (isDone === may.length > 0 || (!isDone && !may.includes(answer.status)))
    return [`should have been ${may.join(' or ') || 'done'}: ${JSON.stringify(answer.body)}`]
  if (!isDone) return []
  carryOut(state, order, made)
  if (order.act === 'invite') await join(play, order, answer.body.data)
  return []
}

const clientOf = (by: Person) => stage.world.as({ ...by, token: stage.tokens.get(by) ?? '' } as never)

async function join(
  { state }: Play,
  { org, role }: Order & { act: 'invite' },
  user: { id: string; email: string },
): Promise<void> {
  const person: Person = { id: user.id, email: user.email, org, role, status: 'active', signedIn: false }
  await accept(stage, person)
  state.people.push(person)
}

/** People and things by what they are, not all that is known of them. */
const tell = (order: Order): string =>
  JSON.stringify(order, (key, value) => {
    if (value?.email) return value.email
    if (value?.technician) return { id: value.id, terms: value.terms }
    return key === 'by' ? undefined : value
  })
