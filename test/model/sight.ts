import { decide, isStaff, isTechnician } from './reference.ts'
import type { Grant, Org, Person, State } from './reference.ts'

/** How a question about it is answered to somebody who is signed in. */
type Sight = 200 | 403 | 404

const seenIf = (isSeen: boolean): Sight => (isSeen ? 200 : 404)

export function ofOrganization(state: State, viewer: Person, org: Org): Sight {
  if (!isTechnician(viewer) || org.isProvider) return seenIf(isStaff(viewer) || viewer.org === org)
  const { grantIds, reasons } = decide(state, [viewer, org], { from: 'near', level: 'read_only' })
  return grantIds.length === 0 && reasons !== null ? 403 : seenIf(grantIds.length > 0)
}

export function ofPerson(state: State, viewer: Person, person: Person): Sight {
  if (isStaff(viewer) || viewer === person) return 200
  if (!isTechnician(viewer) && viewer.role !== 'admin') return 404
  const sight = ofOrganization(state, viewer, person.org)
  return sight === 200 ? seenIf(person.status !== 'deleted') : sight
}

export const ofAccessOf = (viewer: Person, technician: Person): Sight =>
  viewer.org.isProvider ? seenIf(isStaff(viewer) || viewer === technician) : 403

export const ofAccessTo = (viewer: Person, customer: Org): Sight =>
  isTechnician(viewer) ? 403 : seenIf(isStaff(viewer) || viewer.org === customer)

/** To a technician and to a customer no more is told than their grants tell. */
export function ofDecision({ grants }: State, viewer: Person, [technician, customer]: [Person, Org]): Sight {
  if (isStaff(viewer)) return 200
  if (!isTechnician(viewer)) return viewer.role === 'admin' ? seenIf(viewer.org === customer) : 403
  const isGranted = grants.some((grant) => grant.technician === technician && grant.customer === customer)
  return seenIf(viewer === technician && isGranted)
}

export const ofUse = (viewer: Person, { technician }: Grant): Sight =>
  viewer.org.isProvider && viewer.role !== 'account_manager' ? seenIf(viewer === technician) : 403
