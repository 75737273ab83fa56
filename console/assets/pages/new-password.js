import { forgetPassword, resetPassword } from '../api/session.js'
import { button } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { outside } from '../ui/frames.js'
import { newPasswordField } from './bootstrap.js'

/** For who has forgotten theirs. The answer is the same for every address. */
export const forgottenPage = ({ startOver }) =>
  outside({
    title: 'Forgot your password?',
    lead: 'Type the address of your account. If there is one, a link to set a new password is on its way to it.',
    content: form({
      fields: [textField({ name: 'email', label: 'E-mail', type: 'email', required: true, autocomplete: 'username' })],
      submit: 'Send the link',
      cancel: () => startOver(),
      send: async (given) => {
        await forgetPassword(given)
        startOver('If this address has an account, a link is on its way to it. It works for an hour.')
      },
    }),
  })

const NO_LONGER = 'This link does not work: it was used already, has run out or was replaced by a newer one.'

/** Behind the link of such a mail. */
export const newPasswordPage = ({ token, startOver }) =>
  outside({
    title: 'Set a new password',
    lead: 'All your sessions end. You then sign in with it.',
    content: [
      form({
        fields: [newPasswordField('newPassword')],
        submit: 'Set the password',
        explain: ({ code }) => code === 'invalid_credentials' && NO_LONGER,
        send: async ({ newPassword }) => {
          await resetPassword({ token, newPassword })
          startOver('Your password is set. Sign in with it.')
        },
      }),
      button('Go to sign-in', () => startOver(), { class: 'plain' }),
    ],
  })
