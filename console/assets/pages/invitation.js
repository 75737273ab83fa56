import { acceptInvitation, readInvitation } from '../api/session.js'
import { element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { facts, outside } from '../ui/frames.js'
import { roleNames, whenOf } from '../words.js'
import { newPasswordField } from './bootstrap.js'

/** What an invitation is for, and its acceptance with a password. */
export async function invitationPage({ token, accepted }) {
  try {
    return accepting(token, await readInvitation(token), accepted)
  } catch (error) {
    if (error.status !== 404) throw error
    return outside({
      title: 'This invitation does not work',
      lead: 'It was used already, has run out or was replaced. Ask whoever invited you for a new one.',
      content: element('a', { href: '/', class: 'button' }, 'Go to sign-in'),
    })
  }
}

function accepting(token, invitation, accepted) {
  const { email, role, organization, firstName, lastName, expiresAt } = invitation
  const first = textField({
    name: 'firstName',
    label: 'First name',
    value: firstName,
    required: true,
    autocomplete: 'given-name',
  })
  const last = textField({
    name: 'lastName',
    label: 'Last name',
    value: lastName,
    required: true,
    autocomplete: 'family-name',
  })
  const password = newPasswordField()
  return outside({
    title: `Join ${organization.name}`,
    lead: 'You are invited. Choose a password to accept.',
    content: [
      facts({ 'E-mail': email, Role: roleNames[role] ?? role, 'Good until': whenOf(expiresAt) }),
      form({
        fields: [first, last, password],
        layout: [
          // Tells a password manager whose password this is.
          element('input', { type: 'email', value: email, autocomplete: 'username', readonly: true, hidden: true }),
          element('div', { class: 'side-by-side' }, first.node, last.node),
          password.node,
        ],
        submit: 'Accept the invitation',
        send: async (given) => accepted(await acceptInvitation(token, given), { email, password: given.password }),
      }),
    ],
  })
}
