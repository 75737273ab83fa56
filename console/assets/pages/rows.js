import { grantStates } from '../api/access.js'
import { element } from '../ui/element.js'
import { levelNames, nameOf, restrictionsOf, roleNames, statusNames, whenOf } from '../words.js'

/** One line of a list: what it is, what is to be known of it, what can be done with it. */
export const rowOf = ({ name, under, tags = [], notes = [], actions }) =>
  element(
    'li',
    { class: 'row' },
    element('div', { class: 'row-name' }, name, under && element('span', { class: 'under' }, under)),
    element('div', { class: 'row-tags' }, tags),
    actions && element('div', { class: 'row-actions' }, actions),
    notes.length > 0 &&
      element(
        'ul',
        { class: 'row-notes' },
        notes.map((note) => element('li', {}, note)),
      ),
  )

export const statusTag = (status) => element('span', { class: `tag tag-${status}` }, statusNames[status] ?? status)
export const levelTag = (level) => element('span', { class: `tag level-${level}` }, levelNames[level] ?? level)
export const link = (href, label) => element('a', { href }, label)
const time = (instant) => element('time', { datetime: instant }, whenOf(instant))

export const customerRow = ({ id, name, domain, status }) =>
  rowOf({ name: link(`#/customers/${id}`, name), under: domain, tags: [statusTag(status)] })

/** Members who are no admins see others without e-mail address. */
export const personRow = (person, { href, actions }) =>
  rowOf({
    name: href ? link(href, nameOf(person)) : element('span', {}, nameOf(person)),
    under: person.email,
    tags: [
      element('span', { class: 'tag' }, roleNames[person.role] ?? person.role),
      statusTag(person.status),
      person.mfaEnabled === false &&
        person.status === 'active' &&
        element('span', { class: 'tag tag-warn' }, 'No second factor'),
    ].filter(Boolean),
    actions,
  })

/** Which grants to list, those in force to begin with. */
export const stateFilter = {
  name: 'status',
  label: 'Show',
  choices: grantStates.map((value) => ({ value, label: statusNames[value] ?? 'All' })),
}

/** A grant, seen from its customer (`of` is the technician) or from its technician (`of` is the customer). */
export function grantRow(grant, { name, under, actions, notes = [] }) {
  const { accessLevel, status, startsAt, expiresAt, revokedAt, lastUsedAt, reason } = grant
  return rowOf({
    name,
    under,
    tags: [levelTag(accessLevel), statusTag(status)],
    notes: [
      ...notes,
      status === 'scheduled' && phrase('From ', time(startsAt)),
      revokedAt ? phrase('Revoked ', time(revokedAt)) : expiresAt ? phrase('Until ', time(expiresAt)) : 'No end',
      ...restrictionsOf(grant),
      lastUsedAt ? phrase('Last used ', time(lastUsedAt)) : 'Never used',
      reason && `Reason: ${reason}`,
    ].filter(Boolean),
    actions,
  })
}

const phrase = (...parts) => element('span', {}, ...parts)
