import { v7 as uuidv7 } from 'uuid'
import { hoursFromNow } from '../../support/grants.ts'
import type { Twin } from './twin.ts'

/** What is sent, whichever prefix it goes to. */
export interface Sent {
  /** In place of the path's parameter. */
  readonly id?: string | undefined
  readonly query?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Sent twice; the second answer counts. */
  readonly twice?: true
}

type Case = (twin: Twin) => Sent

const REASON = 'asked by a test'
const hours = (from: number, to: number) => ({ startsAt: hoursFromNow(from), expiresAt: hoursFromNow(to) })
const window = { days: ['mon', 'tue'], start: '08:00', end: '18:00' }
const zoned = (...windows: object[]) => ({ timezone: 'Europe/Berlin', windows })

const newGrant =
  (more: object | ((twin: Twin) => object) = {}): Case =>
  (twin) => ({
    body: {
      technicianId: twin.free.id,
      customerOrgId: twin.customer.id,
      ...(typeof more === 'function' ? more(twin) : more),
    },
  })

const change =
  (body: unknown, headers: Record<string, string> = {}): Case =>
  ({ accessId }) => ({ id: accessId, body, headers })

const handOff =
  (more: object | ((twin: Twin) => object) = {}): Case =>
  (twin) => ({
    body: {
      fromTechnicianId: twin.holder.id,
      toTechnicianId: twin.free.id,
      reason: REASON,
      ...(typeof more === 'function' ? more(twin) : more),
    },
  })

const matrix =
  (query = ''): Case =>
  ({ holder, customer }) => ({ query: `technicianId=${holder.id}&customerOrgId=${customer.id}${query}` })

const ofHolder =
  (query = ''): Case =>
  ({ holder }) => ({ id: holder.id, query })

const badBodies: Readonly<Record<string, unknown>> = {
  'no body': undefined,
  'a list': [],
  'no JSON': '{',
  'an unknown field': { surprise: 1 },
}

const bad = (id: (twin: Twin) => string | undefined): Record<string, Case> =>
  Object.fromEntries(Object.entries(badBodies).map(([name, body]) => [name, (twin) => ({ id: id(twin), body })]))

const noSuch = (body?: unknown): Record<string, Case> => ({
  'an id of none': () => ({ id: uuidv7(), body }),
  'no id': () => ({ id: 'x', body }),
})

/** For each endpoint that both prefixes have: requests of all kinds, the first of them good. */
export const cases: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'POST /grant': {
    good: newGrant(),
    'with every field': newGrant({
      accessLevel: 'full_access',
      ...hours(1, 48),
      allowedServices: ['siem', 'edr'],
      ipRestrictions: ['203.0.113.0/24', '2001:db8::1'],
      timeRestrictions: zoned(window),
      reason: REASON,
      notes: 'a note',
    }),
    'an emergency': newGrant({ accessLevel: 'emergency', reason: 'the house is on fire' }),
    'an emergency without a reason': newGrant({ accessLevel: 'emergency' }),
    'an emergency of 25 hours': newGrant({ accessLevel: 'emergency', reason: REASON, ...hours(0, 25) }),
    'an end in the past': newGrant({ expiresAt: hoursFromNow(-1) }),
    'an end before its start': newGrant(hours(5, 4)),
    'no service': newGrant({ allowedServices: [] }),
    'no address': newGrant({ ipRestrictions: ['nowhere'] }),
    'a window without length': newGrant({ timeRestrictions: zoned({ ...window, end: '08:00' }) }),
    'nobody known': newGrant(() => ({ technicianId: uuidv7() })),
    'no customer known': newGrant(() => ({ customerOrgId: uuidv7() })),
    'the provider': newGrant(({ provider }) => ({ customerOrgId: provider.id })),
    'somebody who cannot have it': newGrant(({ manager }) => ({ technicianId: manager.id })),
    oneself: newGrant(({ caller }) => ({ technicianId: caller.id })),
    'what they have already': newGrant(({ holder }) => ({ technicianId: holder.id })),
    'a suspended customer': newGrant(({ suspended }) => ({ customerOrgId: suspended.id })),
    'the same key': (twin) => ({ ...newGrant()(twin), headers: { 'idempotency-key': uuidv7() }, twice: true }),
    ...bad(() => undefined),
  },
  'PUT /:accessId': {
    good: change({ notes: 'another note' }),
    'more than before': change({ accessLevel: 'full_access', expiresAt: hoursFromNow(72) }),
    'less than before': change({ allowedServices: ['siem'], ipRestrictions: ['10.0.0.0/8'] }),
    'nothing but notes, cleared': change({ notes: null, expiresAt: null }),
    'an end in the past': change({ expiresAt: hoursFromNow(-1) }),
    'no service': change({ allowedServices: [] }),
    'a version that it has': change({ notes: 'seen' }, { 'if-match': '"1"' }),
    'a version that it has not': change({ notes: 'unseen' }, { 'if-match': '"99"' }),
    'a revoked one': ({ revokedId }) => ({ id: revokedId, body: { notes: 'too late' } }),
    'nothing to change': change({}),
    ...bad(({ accessId }) => accessId),
    ...noSuch({ notes: 'lost' }),
  },
  'DELETE /:accessId': {
    good: ({ accessId }) => ({ id: accessId }),
    'a reason in the body': change({ reason: REASON }),
    'a reason in the query': ({ accessId }) => ({ id: accessId, query: `reason=${encodeURIComponent(REASON)}` }),
    'an unknown parameter': ({ accessId }) => ({ id: accessId, query: 'surprise=1' }),
    'an unknown field': change({ surprise: 1 }),
    'a version that it has not': change(undefined, { 'if-match': '"99"' }),
    'a revoked one': ({ revokedId }) => ({ id: revokedId }),
    ...noSuch(),
  },
  'POST /handoff': {
    good: handOff(),
    'of one customer': handOff(({ customer }) => ({ customerOrgIds: [customer.id] })),
    'kept by both': handOff({ maintainOriginalAccess: true }),
    'a dry run': handOff({ dryRun: true }),
    'of a customer that they have not': handOff(({ suspended }) => ({ customerOrgIds: [suspended.id] })),
    'of no customer known': handOff(() => ({ customerOrgIds: [uuidv7()] })),
    'to themselves': handOff(({ holder }) => ({ toTechnicianId: holder.id })),
    'to oneself': handOff(({ caller }) => ({ toTechnicianId: caller.id })),
    'to somebody who cannot have it': handOff(({ manager }) => ({ toTechnicianId: manager.id })),
    'to nobody known': handOff(() => ({ toTechnicianId: uuidv7() })),
    'of nobody known': handOff(() => ({ fromTechnicianId: uuidv7() })),
    'nothing to hand over': handOff(({ free, holder }) => ({ fromTechnicianId: free.id, toTechnicianId: holder.id })),
    'no reason': handOff({ reason: undefined }),
    'the same key': (twin) => ({ ...handOff()(twin), headers: { 'idempotency-key': uuidv7() }, twice: true }),
    ...bad(() => undefined),
  },
  'GET /matrix': {
    good: matrix(),
    'by level': matrix('&accessLevel=emergency'),
    'by status': matrix('&status=revoked'),
    'by words': ({ customer }) => ({ query: `search=${encodeURIComponent(customer.name)}` }),
    'a page past the end': matrix('&technicianPage=9&customerPage=9'),
    'no page': matrix('&technicianPage=0'),
    'too many': matrix('&customerLimit=101'),
    'no level known': matrix('&accessLevel=all'),
    'no id': () => ({ query: 'technicianId=x' }),
    'an unknown parameter': matrix('&surprise=1'),
    'a status twice': matrix('&status=active&status=revoked'),
  },
  'GET /technician/:technicianId': {
    good: ofHolder(),
    sorted: ofHolder('sort=-expiresAt&limit=1'),
    'by status': ofHolder('status=revoked'),
    'by words': ({ holder, customer }) => ({ id: holder.id, query: `search=${encodeURIComponent(customer.name)}` }),
    'a page past the end': ofHolder('page=9'),
    'no order known': ofHolder('sort=notes'),
    'no page': ofHolder('page=0'),
    'an unknown parameter': ofHolder('surprise=1'),
    'a status twice': ofHolder('status=active&status=revoked'),
    'of nobody of the provider': ({ member }) => ({ id: member.id }),
    ...noSuch(),
  },
}
