import { granteeRoles, listGrantsOfTechnician, readPerson } from '../api/access.js'
import { button, element } from '../ui/element.js'
import { page, section } from '../ui/frames.js'
import { pagedList } from '../ui/paged-list.js'
import { nameOf, roleNames } from '../words.js'
import { grantDialog } from './grant-dialog.js'
import { peopleSection } from './people.js'
import { revokeButton } from './revoke-dialog.js'
import { grantRow, link, stateFilter, statusTag } from './rows.js'

/** The provider's own people. */
export function teamPage({ can, profile }) {
  const organization = profile.organization
  const mayInvite = profile.role === 'super_admin'
  return page(
    { title: 'Team', lead: organization.name },
    peopleSection({
      can: (operation) => can(operation) && (operation !== 'users.invite' || mayInvite),
      organization,
      title: 'People of the provider',
      hrefOf: ({ id, role }) => (granteeRoles.includes(role) ? `#/team/${id}` : null),
    }),
  )
}

/** One of them, and the customers that they can reach. */
export async function teammatePage({ can, profile, id }) {
  const person = await readPerson(id)
  const name = nameOf(person)
  const title = `What ${name} can reach`
  const grants = pagedList({
    label: title,
    load: (asked) => listGrantsOfTechnician(id, asked),
    row: (grant) =>
      grantRow(grant, {
        name: link(`#/customers/${grant.customerOrgId}`, grant.customer.name),
        actions: revokeButton({
          can,
          grant,
          what: `${name}’s access to ${grant.customer.name}`,
          done: () => grants.reload(),
        }),
      }),
    empty: `${name} can reach no customer.`,
    searchLabel: 'Search customers',
    filter: stateFilter,
  })
  const grant = () =>
    grantDialog({ title: `Grant ${name} access`, technician: person, profile, done: () => grants.reload() })
  const mayGrant = can('access.grant') && id !== profile.id && person.status === 'active'
  return page(
    {
      title: name,
      above: link('#/team', '← Team'),
      lead: element(
        'span',
        { class: 'inline' },
        statusTag(person.status),
        element('span', {}, roleNames[person.role]),
        element('span', {}, person.email),
      ),
    },
    section({ title, actions: mayGrant && button('Grant access', grant, { class: 'primary' }) }, grants.node),
  )
}
