import { listGrantsOnCustomer, readOrganization } from '../api/access.js'
import { button, element } from '../ui/element.js'
import { facts, page, section } from '../ui/frames.js'
import { pagedList } from '../ui/paged-list.js'
import { nameOf, roleNames, whenOf } from '../words.js'
import { grantDialog } from './grant-dialog.js'
import { peopleSection } from './people.js'
import { revokeButton } from './revoke-dialog.js'
import { grantRow, link, stateFilter, statusTag } from './rows.js'

export async function customerPage({ can, profile, id }) {
  const customer = await readOrganization(id)
  const { name, domain, status, createdAt } = customer
  return page(
    {
      title: name,
      above: link('#/customers', '← Customers'),
      lead: element(
        'span',
        { class: 'inline' },
        statusTag(status),
        domain && element('span', {}, domain),
        element('span', {}, `since ${whenOf(createdAt)}`),
      ),
    },
    can('access.of-customer') && reachSection({ can, profile, customer, title: 'Who can reach this customer' }),
    can('users.list') ? peopleSection({ can, organization: customer }) : contactSection(customer),
  )
}

/** Whom to turn to there, for those who do not see its people. */
function contactSection({ settings: { contact = {}, timezone } }) {
  const known = Object.entries({
    Contact: contact.name,
    'E-mail': contact.email,
    Telephone: contact.phone,
    'Time zone': timezone,
  }).filter(([, value]) => value)
  return section(
    { title: 'Contact' },
    known.length > 0 ? facts(Object.fromEntries(known)) : element('p', { class: 'hint' }, 'None is on record.'),
  )
}

/** The grants on a customer; for its own members these are the people of the provider who can reach them. */
export function reachSection({ can, profile, customer, title, lead }) {
  const grants = pagedList({
    label: title,
    load: (asked) => listGrantsOnCustomer(customer.id, asked),
    row: (grant) =>
      grantRow(grant, {
        name: element('span', {}, nameOf(grant.technician)),
        under: [roleNames[grant.technician.role], grant.technician.email].filter(Boolean).join(' · '),
        actions: revokeButton({
          can,
          grant,
          what: `${nameOf(grant.technician)}’s access to ${customer.name}`,
          done: () => grants.reload(),
        }),
      }),
    empty: 'Nobody of the provider can reach it.',
    searchLabel: 'Search by name',
    filter: stateFilter,
  })
  const grant = () =>
    grantDialog({ title: `Grant access to ${customer.name}`, customer, profile, done: () => grants.reload() })
  return section(
    { title, lead, actions: can('access.grant') && button('Grant access', grant, { class: 'primary' }) },
    grants.node,
  )
}
