import { signIn } from '../api/session.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { outside } from '../ui/frames.js'

export function signInPage({ proceed, lead }) {
  return outside({
    title: 'Sign in',
    lead,
    content: form({
      fields: [
        textField({ name: 'email', label: 'E-mail', type: 'email', required: true, autocomplete: 'username' }),
        textField({
          name: 'password',
          label: 'Password',
          type: 'password',
          required: true,
          autocomplete: 'current-password',
        }),
      ],
      submit: 'Sign in',
      send: async (given) => proceed(await signIn(given)),
    }),
  })
}
