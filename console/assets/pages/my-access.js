import { checkAccess, listGrantsOfTechnician } from '../api/access.js'
import { element } from '../ui/element.js'
import { page } from '../ui/frames.js'
import { pagedList } from '../ui/paged-list.js'
import { reasonNames } from '../words.js'
import { grantRow, link, stateFilter } from './rows.js'

const A_PAGE = 10

/** A technician's own grants, and why one does not let them in at this moment. */
export function myAccessPage({ profile }) {
  const { node } = pagedList({
    label: 'My access',
    load: async (asked) => {
      const found = await listGrantsOfTechnician(profile.id, { ...asked, limit: A_PAGE })
      return { ...found, items: await Promise.all(found.items.map((grant) => withDecision(grant, profile))) }
    },
    row: ({ grant, allowed, reasons }) =>
      grantRow(grant, {
        name: allowed
          ? link(`#/customers/${grant.customerOrgId}`, grant.customer.name)
          : element('span', {}, grant.customer.name),
        notes: reasons.length > 0 ? [notNow(reasons)] : [],
      }),
    empty: 'You can reach no customer now. A manager of the provider grants access.',
    searchLabel: 'Search customers',
    filter: stateFilter,
  })
  return page({ title: 'My access', lead: 'The customers you may work on, and what limits you there.' }, node)
}

// The server decides, as it will when the access is used: it knows the hours of every zone and the state of the customer.
async function withDecision(grant, { id, session }) {
  if (grant.status !== 'active') return { grant, allowed: false, reasons: [] }
  const { allowed, grantIds, reasons } = await checkAccess({
    technicianId: id,
    customerOrgId: grant.customerOrgId,
    ...(session.ipAddress && { ipAddress: session.ipAddress }),
  })
  return { grant, allowed: allowed && grantIds.includes(grant.id), reasons }
}

const notNow = (reasons) =>
  element(
    'strong',
    { class: 'not-now' },
    `Not now: ${reasons.map((reason) => reasonNames[reason] ?? reason).join(', ')}.`,
  )
