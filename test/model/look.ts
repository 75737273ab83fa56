import { isDeepStrictEqual } from 'node:util'
import type { Answer, Client } from '../support/world.ts'
import { addresses } from './orders.ts'
import * as reference from './reference.ts'
import type { Grant, Org, Person, Question, State } from './reference.ts'
import * as sight from './sight.ts'
import type { Play, Stage } from './stage.ts'

/** One thing asked, what it should tell and what of the answer tells it. */
interface Look {
  readonly what: string
  readonly ask: Promise<Answer>
  readonly should: unknown
  readonly read: (answer: Answer) => unknown
}

interface Eyes {
  readonly client: Client
  readonly from: (place: 'near' | 'far') => Client
  readonly play: Play
  readonly viewer: Person
  /** Counts the looks, so that each asks about other details than the last. */
  readonly turn: number
}

/** Everything that anybody sees other than it should be, in words. */
export async function lookAround(stage: Stage, play: Play, turn: number): Promise<string[]> {
  const told = await Promise.all(play.state.people.map((viewer) => lookAs(stage, play, { viewer, turn })))
  return told.flat()
}

async function lookAs(stage: Stage, play: Play, { viewer, turn }: Pick<Eyes, 'viewer' | 'turn'>): Promise<string[]> {
  const token = stage.tokens.get(viewer)
  if (token === undefined) return []
  const from: Eyes['from'] = (place) =>
    stage.world.as({ ...viewer, orgId: viewer.org.id, sessionId: '', token } as never, { address: addresses[place] })
  const eyes = { client: from('near'), from, play, viewer, turn }
  const looks = viewer.signedIn
    ? [...atOrganizations(eyes), ...atPeople(eyes), ...atGrants(eyes), ...atDecisions(eyes)]
    : atNothing(eyes)
  const wrong: string[] = []
  for (const { what, ask, should, read } of looks) {
    const saw = read(await ask)
    if (!isDeepStrictEqual(saw, should))
      wrong.push(
        `${viewer.role} ${viewer.email.slice(0, 60)} ${what}: saw ${JSON.stringify(saw)}, should see ${JSON.stringify(should)}`,
      )
  }
  return wrong
}

const statusOf = ({ status }: Answer): number => status
const items =
  (read: (item: any) => string) =>
  ({ status, body }: Answer): unknown =>
    status === 200 ? body.data.items.map(read).sort() : status
const seen = (status: number, list: () => string[]): unknown => (status === 200 ? list().sort() : status)

const atNothing = ({ client }: Eyes): Look[] => [
  { what: 'after their session', ask: client.get('/api/organizations'), should: 401, read: statusOf },
]

/** A technician opens every organization, everybody else another one each time. */
function atOrganizations({ client, viewer, turn, play: { state, tag } }: Eyes): Look[] {
  const all = [state.provider, ...state.customers]
  const opened = reference.isTechnician(viewer) ? all : [all[(turn + state.people.indexOf(viewer)) % all.length] as Org]
  const listed = all.filter((org) => org.status !== 'deleted' && sight.ofOrganization(state, viewer, org) === 200)
  const told = listed.filter((org) => !org.isProvider || !reference.isStaff(viewer))
  const search = reference.isStaff(viewer) ? `&search=${tag}` : ''
  return [
    {
      what: 'organizations',
      ask: client.get(`/api/organizations?limit=100${search}`),
      should: seen(viewer.org.isProvider ? 200 : 403, () => told.map(({ id, status }) => `${id} ${status}`)),
      read: items(({ id, status }) => `${id} ${status}`),
    },
    ...opened.map((org) => ({
      what: `organization ${org.id}`,
      ask: client.get(`/api/organizations/${org.id}`),
      should: seen(sight.ofOrganization(state, viewer, org), () => [org.status]),
      read: ({ status, body }: Answer) => (status === 200 ? [body.data.status] : status),
    })),
  ]
}

function atPeople({ client, viewer, turn, play: { state, tag } }: Eyes): Look[] {
  const org = state.customers[turn % state.customers.length] as Org
  const isThere = ({ status }: Person): boolean => status !== 'deleted'
  const here = state.people.filter((person) => person.email.includes(tag) && isThere(person))
  const mayList = reference.isStaff(viewer) || viewer.role === 'admin'
  const some = state.people.filter((_, i) => i % 6 === turn % 6)
  const looks = [
    {
      what: 'people',
      ask: client.get(`/api/users?limit=100&search=${tag}`),
      should: seen(mayList ? 200 : 403, () =>
        here.filter((one) => reference.isStaff(viewer) || one.org === viewer.org).map(tell),
      ),
      read: items(tell),
    },
    {
      what: `people of ${org.id}`,
      ask: client.get(`/api/organizations/${org.id}/users?limit=100`),
      should: seen(sight.ofOrganization(state, viewer, org), () => here.filter((one) => one.org === org).map(tell)),
      read: items(tell),
    },
  ]
  return [
    ...looks.filter((_, i) => i === turn % 2 || reference.isTechnician(viewer)),
    ...some.map((person) => ({
      what: `person ${person.email}`,
      ask: client.get(`/api/users/${person.id}`),
      should: seen(sight.ofPerson(state, viewer, person), () => [tell(person)]),
      read: ({ status, body }: Answer) => (status === 200 ? [tell(body.data)] : status),
    })),
  ]
}

const tell = ({ id, role, status }: Pick<Person, 'id' | 'role' | 'status'>): string => `${id} ${role} ${status}`

function atGrants({ client, viewer, turn, play: { state } }: Eyes): Look[] {
  const { technician, customer } = pairOf(state, viewer, turn)
  const told = (isMeant: (grant: Grant) => boolean) => () =>
    state.grants.filter(isMeant).map((grant) => `${grant.id} ${reference.statusOf(state, grant)} ${grant.terms.level}`)
  const read = items(({ id, status, accessLevel }) => `${id} ${status} ${accessLevel}`)
  const ofThisPlay = ({ customerOrgId }: { customerOrgId: string }) =>
    state.customers.some(({ id }) => id === customerOrgId)
  return [
    {
      what: `grants of ${technician.email}`,
      ask: client.get(`/api/technician-access/technician/${technician.id}?limit=100`),
      should: seen(
        sight.ofAccessOf(viewer, technician),
        told((grant) => grant.technician === technician),
      ),
      // The super admin of the stage still holds the ended grants of earlier plays.
      read: (answer) =>
        answer.status === 200
          ? read({ ...answer, body: { ...answer.body, data: { items: answer.body.data.items.filter(ofThisPlay) } } })
          : read(answer),
    },
    {
      what: `grants on ${customer.id}`,
      ask: client.get(`/api/access-management/customer/${customer.id}/technicians?limit=100`),
      should: seen(
        sight.ofAccessTo(viewer, customer),
        told((grant) => grant.customer === customer),
      ),
      read,
    },
  ]
}

/** Somebody and some customer, others each time; of whom only the own is open that one. */
function pairOf({ people, customers }: State, viewer: Person, turn: number): { technician: Person; customer: Org } {
  const start = turn + people.indexOf(viewer)
  const ours = people.filter(({ org }) => org.isProvider)
  const isHeld = reference.isTechnician(viewer) && turn % 4 > 0
  const technician = isHeld ? viewer : (ours[start % ours.length] as Person)
  const customer = viewer.org.isProvider || turn % 4 === 0 ? (customers[start % customers.length] as Org) : viewer.org
  return { technician, customer }
}

function atDecisions(eyes: Eyes): Look[] {
  const {
    viewer,
    turn,
    play: { state },
  } = eyes
  const question: Question = {
    from: turn % 5 === 0 ? 'far' : 'near',
    level: turn % 3 === 0 ? 'full_access' : 'read_only',
    service: turn % 2 === 0 ? 'siem' : 'edr',
  }
  const own = state.grants.filter(({ technician }) => technician === viewer)
  const tried = turn % 4 > 0 ? own : state.grants
  const some = new Set([tried.at(-1), tried[turn % Math.max(1, tried.length)]].filter((grant) => grant !== undefined))
  return [atCheck(eyes, question), ...[...some].map((grant) => atUse(eyes, grant, question))]
}

function atCheck({ client, viewer, turn, play: { state } }: Eyes, question: Question): Look {
  const { technician, customer } = pairOf(state, viewer, turn)
  const { grantIds, reasons } = reference.decide(state, [technician, customer], question)
  const { from, level: accessLevel, service } = question
  const status = sight.ofDecision(state, viewer, [technician, customer])
  const body = {
    technicianId: technician.id,
    customerOrgId: customer.id,
    accessLevel,
    service,
    ipAddress: addresses[from],
  }
  return {
    what: `check of ${technician.email} at ${customer.id} ${JSON.stringify(question)}`,
    ask: client.post('/api/access-management/check', body),
    should: status === 200 ? { grantIds, reasons: reasons ?? 'some' } : status,
    read: (answer) => {
      if (answer.status !== 200) return answer.status
      const told = answer.body.data
      if (told.allowed !== told.grantIds.length > 0) return told
      return {
        grantIds: told.grantIds.sort(),
        reasons: reasons === null && told.reasons.length > 0 ? 'some' : told.reasons.sort(),
      }
    },
  }
}

function atUse({ from, viewer, play: { state } }: Eyes, grant: Grant, question: Question): Look {
  const { level: accessLevel, service } = question
  const status = sight.ofUse(viewer, grant)
  const reasons = reference.reasonsAgainst(state, grant, question)
  const denied = reasons.length > 0 ? `403 ${reasons.join(' ')}` : 200
  return {
    what: `use of ${grant.id} ${JSON.stringify(question)}`,
    ask: from(question.from).post(`/api/technician-access/${grant.id}/record-access`, {
      service,
      accessLevel,
      action: 'looked',
    }),
    should: status === 200 ? denied : status,
    read: ({ status: got, body }) =>
      body.error === 'access_restricted' ? `403 ${body.details.reasons.sort().join(' ')}` : got,
  }
}
