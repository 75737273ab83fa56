import { knowsPasskeys, usePasskey } from '../api/passkeys.js'
import { stepUp } from '../api/session.js'
import { openDialog } from '../ui/dialog.js'
import { button, element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { notice } from '../ui/notice.js'
import { codeField, codeForm } from './second-factor.js'

/** Asks whoever is signed in to prove it again. @returns whether they did */
export function askForProof({ mfaEnabled }) {
  const { promise, resolve } = Promise.withResolvers()
  openDialog(
    'Is it still you?',
    (close) => {
      const prove = async (given) => {
        await stepUp(given)
        resolve(true)
        close()
      }
      return mfaEnabled ? byFactor(prove, close) : byPassword(prove, close)
    },
    () => resolve(false),
  )
  return promise
}

const lead = (words) => element('p', {}, `This needs a proof that is no older than five minutes. ${words}`)

function byFactor(prove, close) {
  const asking = codeForm({
    field: codeField(),
    submit: 'Continue',
    cancel: close,
    send: (code) => prove({ code: code.replaceAll(/\s/g, '') }),
  })
  const byPasskey = () =>
    usePasskey()
      .then((credential) => prove({ credential }))
      .catch(({ message }) => notice(message))
  asking.prepend(lead('Type the code that your authenticator app shows now.'))
  if (knowsPasskeys()) asking.append(button('Use a passkey instead', byPasskey, { class: 'plain' }))
  return asking
}

function byPassword(prove, close) {
  const field = textField({
    name: 'code',
    label: 'Password',
    type: 'password',
    required: true,
    autocomplete: 'current-password',
  })
  const asking = codeForm({ field, submit: 'Continue', cancel: close, send: (password) => prove({ password }) })
  asking.prepend(lead('Type your password.'))
  return asking
}
