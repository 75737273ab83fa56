import { invitePerson, listPeople } from '../api/access.js'
import { copyButton } from '../ui/copy.js'
import { openDialog } from '../ui/dialog.js'
import { button, element } from '../ui/element.js'
import { choiceField, textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { section } from '../ui/frames.js'
import { pagedList } from '../ui/paged-list.js'
import { customerRoles, nameOf, providerRoles, roleNames } from '../words.js'
import { personRow } from './rows.js'

/** The people of one organization, and a way to invite another. `hrefOf` tells where a person has a page. */
export function peopleSection({ can, organization, title = 'People', hrefOf = () => null }) {
  const people = pagedList({
    label: title,
    load: (asked) => listPeople(organization.id, asked),
    row: (person) => personRow(person, { href: hrefOf(person) }),
    empty: 'Nobody is here yet.',
    searchLabel: 'Search people',
  })
  const invite = () => inviteDialog({ organization, done: () => people.reload() })
  return section({ title, actions: can('users.invite') && button('Invite a person', invite) }, people.node)
}

function inviteDialog({ organization, done }) {
  const roles = organization.type === 'customer' ? customerRoles : providerRoles
  const firstName = textField({ name: 'firstName', label: 'First name', required: true, autocomplete: 'off' })
  const lastName = textField({ name: 'lastName', label: 'Last name', required: true, autocomplete: 'off' })
  const email = textField({ name: 'email', label: 'E-mail', type: 'email', required: true, autocomplete: 'off' })
  const role = choiceField({
    name: 'role',
    label: 'Role',
    value: Object.keys(roles)[0],
    choices: Object.entries(roles).map(([value, hint]) => ({ value, label: roleNames[value], hint })),
  })
  openDialog(`Invite a person to ${organization.name}`, (close) => {
    const asking = form({
      fields: [firstName, lastName, email, role],
      layout: [element('div', { class: 'side-by-side' }, firstName.node, lastName.node), email.node, role.node],
      submit: 'Invite',
      cancel: close,
      send: async (given) => {
        const invited = await invitePerson({ ...given, organizationId: organization.id })
        done()
        asking.replaceWith(passOn(invited, close))
      },
    })
    return asking
  })
}

/** A server that sends no mail gives the link to who invites. */
function passOn({ invitationUrl, ...person }, close) {
  const told = element('p', { role: 'status' }, `${nameOf(person)} is invited${invitationUrl ? '' : ' by e-mail'}.`)
  const link = invitationUrl && linkToPassOn(invitationUrl)
  const foot = [button('Done', close, { class: 'primary' }), link && copyButton('Copy link', invitationUrl)].filter(
    Boolean,
  )
  queueMicrotask(() => (link ? link.querySelector('input').select() : foot[0].focus()))
  return element('div', { class: 'form' }, told, link, element('div', { class: 'form-foot' }, foot))
}

const linkToPassOn = (invitationUrl) =>
  element(
    'div',
    { class: 'field' },
    element('label', { for: 'invitation-url' }, 'Link to pass on'),
    element(
      'p',
      { class: 'hint', id: 'invitation-hint' },
      'It works once and is shown only now. Send it by a channel that you trust.',
    ),
    element('input', {
      id: 'invitation-url',
      readonly: true,
      value: invitationUrl,
      'aria-describedby': 'invitation-hint',
    }),
  )
