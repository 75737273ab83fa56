import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, invalid, Refusal } from '../../errors/refusal.ts'
import { wholeWords, wordsOf } from '../../policy/identifiers.ts'
import { erasePerson, findTraces } from '../../queries/audit-erasure.ts'
import type { Traces } from '../../queries/audit-erasure.ts'
import { listHoldsOver, lockHolds } from '../../queries/audit-holds.ts'
import { bePatient } from '../../queries/audit-rollups.ts'
import { findUser } from '../../queries/users.ts'
import type { Erase, Erased } from '../../types/erasure.ts'
import type { User } from '../../types/user.ts'
import { eraseFromEvents } from './erase-from-events.ts'
import type { ErasedIn } from './erase-from-events.ts'
import { record, recordAll } from './record.ts'
import type { Happening } from './record.ts'

/**
 * Takes a deleted person out of the trail and of all other rows, in one transaction. Who did what stays on record, under an id that says
 * no more who it was. Doing it again finds what came since.
 */
export async function eraseUser(ctx: Context, userId: string, input: Erase): Promise<Erased> {
  const outcome = await ctx.retention().transaction(async (tx) => {
    const [, , user, traces] = await tx.batch([bePatient(), lockHolds(), findUser(userId), findTraces(userId)])
    const person = found(user)
    if (person.status !== 'deleted') throw new Refusal('user_not_deleted')
    const holds = await tx.run(listHoldsOver({ orgId: person.organizationId, userId }))
    if (holds.length > 0) return refuse(ctx, tx, { person, input, holdIds: holds.map(({ id }) => id) })
    return erase(ctx, tx, { person, input, traces })
  })
  if ('holdIds' in outcome) throw new Refusal('legal_hold', outcome, { recorded: !input.dryRun })
  ctx.standing.changed()
  return outcome
}

interface Asked {
  readonly person: User
  readonly input: Erase
}

const about = ({ id }: User, orgId: string): Pick<Happening, 'orgId' | 'resource'> => ({
  orgId,
  resource: { type: 'user', id },
})

async function refuse(
  ctx: Context,
  tx: Transaction,
  { person, input, holdIds }: Asked & { holdIds: string[] },
): Promise<{ holdIds: string[] }> {
  const refused: Happening = {
    ...about(person, person.organizationId),
    action: 'privacy.erasure_refused',
    description: 'Refused to erase the personal data of a deleted person: a legal hold keeps them',
    outcome: 'denied',
    details: { basis: input.basis, holdIds },
  }
  if (!input.dryRun) await tx.run(record(ctx, refused))
  return { holdIds }
}

async function erase(
  ctx: Context,
  tx: Transaction,
  { person, input, traces }: Asked & { traces: Traces },
): Promise<Erased> {
  const { id: userId, organizationId } = person
  const { basis, reference, dryRun } = input
  const words = wordsOf(known(person, traces))
  if (reference !== undefined && new RegExp(wholeWords(words), 'iu').test(reference))
    throw invalid('reference', 'Must not name the person')
  const places = [...traces.addresses, ...traces.userAgents]
  const trails = await eraseFromEvents(tx, { personId: userId, upTo: ctx.now, words, places, dryRun })
  const records = dryRun ? null : (await tx.run(erasePerson(userId, wholeWords(words), ctx.now))).rows
  const events = sumOf([...trails.values()])
  if (!dryRun && events.total + (records ?? 0) > 0) {
    const home: [string, ErasedIn][] = trails.has(organizationId) ? [] : [[organizationId, nothing]]
    await tx.run(
      recordAll(
        ctx,
        [...home, ...trails].flatMap(([orgId, { total, unnamed }]) =>
          chunksOf(unnamed).map((alsoIn) => ({
            ...about(person, orgId),
            action: 'privacy.erased' as const,
            description: 'Erased the personal data of a deleted person',
            details: { basis, reference, events: total, alsoIn },
          })),
        ),
      ),
    )
  }
  return { userId, events, organizations: trails.size, records, dryRun }
}

/** Who is erased already has a name that others have too. */
function known({ email, firstName, lastName, id }: User, traces: Traces): Traces {
  if (email === `${id}@erased.invalid`) return { ...traces, emails: [...traces.emails, email] }
  return {
    ...traces,
    emails: [...traces.emails, email],
    firstNames: [...traces.firstNames, firstName],
    lastNames: [...traces.lastNames, lastName],
  }
}

const nothing: ErasedIn = { total: 0, actor: 0, description: 0, content: 0, unnamed: [] }

const sumOf = (trails: readonly ErasedIn[]): Erased['events'] =>
  trails.reduce(
    (sum, { total, actor, description, content }) => ({
      total: sum.total + total,
      actor: sum.actor + actor,
      description: sum.description + description,
      content: sum.content + content,
    }),
    { total: 0, actor: 0, description: 0, content: 0 },
  )

/** So many ids an event tells of. */
const AT_ONCE = 1000

const chunksOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.max(1, Math.ceil(ids.length / AT_ONCE)) }, (_, i) =>
    ids.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  )
