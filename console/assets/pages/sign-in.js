import { knowsPasskeys, signInByPasskey } from '../api/passkeys.js'
import { signIn } from '../api/session.js'
import { button, element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { outside } from '../ui/frames.js'
import { notice } from '../ui/notice.js'

export function signInPage({ proceed, lead, forgotten }) {
  const byPasskey = () =>
    signInByPasskey()
      .then(proceed)
      .catch(({ message }) => notice(message))
  return outside({
    title: 'Sign in',
    lead,
    content: [
      form({
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
      element(
        'div',
        { class: 'other-ways' },
        knowsPasskeys() && button('Use a passkey', byPasskey, { class: 'plain' }),
        button('Forgot your password?', forgotten, { class: 'plain' }),
      ),
    ],
  })
}
