import { acceptInvitation, readInvitation } from '../api/session.js'
import { element } from '../ui/element.js'
import { form } from '../ui/form.js'
import { facts, outside } from '../ui/frames.js'
import { nameOf, roleNames, whenOf } from '../words.js'
import { newPasswordField } from './bootstrap.js'

/** What an invitation is for, and its acceptance with a password. */
export async function invitationPage({ token, arrive }) {
  try {
    return accepting(token, await readInvitation(token), arrive)
  } catch (error) {
    if (error.code !== 'not_found') throw error
    return outside({
      title: 'This invitation does not work',
      lead: NO_LONGER,
      content: element('a', { href: '/', class: 'button' }, 'Go to sign-in'),
    })
  }
}

const NO_LONGER = 'It was used already, has run out or was replaced. Ask whoever invited you for a new one.'

function accepting(token, { email, role, organization, invitedBy, expiresAt }, arrive) {
  return outside({
    title: `Join ${organization.name}`,
    lead: `${invitedBy ? `${nameOf(invitedBy)} invites you.` : 'You are invited.'} Choose a password to accept.`,
    content: [
      facts({ 'E-mail': email, Role: roleNames[role] ?? role, 'Good until': whenOf(expiresAt) }),
      form({
        fields: [newPasswordField()],
        // Tells a password manager whose password this is.
        before: element('input', {
          type: 'email',
          value: email,
          autocomplete: 'username',
          readonly: true,
          hidden: true,
        }),
        submit: 'Accept the invitation',
        explain: ({ code }) => code === 'not_found' && NO_LONGER,
        send: async ({ password }) => {
          await acceptInvitation(token, { password })
          await arrive({ email, password })
        },
      }),
    ],
  })
}
