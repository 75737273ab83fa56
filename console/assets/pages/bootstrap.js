import { bootstrap } from '../api/session.js'
import { element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { outside } from '../ui/frames.js'

const WRONG_TOKEN = 'The one-time token is not right. Castellan prints a new one each time that it starts.'

/** First start: makes the provider and its first super admin. */
export function bootstrapPage({ arrive }) {
  const fields = {
    token: textField({
      name: 'token',
      label: 'One-time token',
      hint: 'Castellan printed it where it was started. It proves that this machine is yours.',
      required: true,
      autocomplete: 'off',
      spellcheck: 'false',
    }),
    provider: textField({
      name: 'providerName',
      label: 'Name of your company',
      required: true,
      autocomplete: 'organization',
    }),
    firstName: textField({ name: 'firstName', label: 'First name', required: true, autocomplete: 'given-name' }),
    lastName: textField({ name: 'lastName', label: 'Last name', required: true, autocomplete: 'family-name' }),
    email: textField({ name: 'email', label: 'E-mail', type: 'email', required: true, autocomplete: 'username' }),
    password: newPasswordField(),
  }
  const { token, provider, firstName, lastName, email, password } = fields
  return outside({
    title: 'Set up Castellan',
    lead: 'Nobody can sign in yet. This makes your company the provider, and you its first super admin.',
    content: form({
      fields: Object.values(fields),
      layout: [
        token.node,
        provider.node,
        element('div', { class: 'side-by-side' }, firstName.node, lastName.node),
        email.node,
        password.node,
      ],
      submit: 'Set up',
      explain: ({ code }) => code === 'invalid_credentials' && WRONG_TOKEN,
      send: async (given) => {
        await bootstrap(given)
        await arrive(given)
      },
    }),
  })
}

export const newPasswordField = (name = 'password') =>
  textField({
    name,
    label: name === 'password' ? 'Password' : 'New password',
    type: 'password',
    hint: 'At least 15 characters. A few unrelated words make a good one.',
    required: true,
    autocomplete: 'new-password',
  })
