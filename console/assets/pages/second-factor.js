import { knowsPasskeys, usePasskey } from '../api/passkeys.js'
import { giveSecondFactor, giveSecondPasskey } from '../api/session.js'
import { button, element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { outside } from '../ui/frames.js'
import { notice } from '../ui/notice.js'

const kinds = {
  totp: { lead: 'Type the code that your authenticator app shows now.', other: 'Use a recovery code instead' },
  recovery_code: {
    lead: 'Type one of the recovery codes that you kept. Each works once.',
    other: 'Use the authenticator app instead',
  },
}

/** The second proof, after the password. */
export function secondFactorPage(asked, method = 'totp') {
  const { challengeToken, methods = [], proceed, startOver } = asked
  const { lead, other } = kinds[method]
  const frame = outside({
    title: 'Is it you?',
    lead,
    content: [
      codeForm({
        field: method === 'totp' ? codeField() : recoveryCodeField(),
        submit: 'Continue',
        startOver,
        send: async (code) => proceed(await giveSecondFactor({ challengeToken, method, code })),
      }),
      element(
        'div',
        { class: 'other-ways' },
        button(other, change, { class: 'plain' }),
        methods.includes('passkey') && knowsPasskeys() && button('Use a passkey', byPasskey, { class: 'plain' }),
        button('Start over', () => startOver(), { class: 'plain' }),
      ),
    ],
  })
  async function byPasskey() {
    try {
      await proceed(await giveSecondPasskey({ challengeToken, credential: await usePasskey() }))
    } catch (error) {
      if (error.code === 'unauthenticated') startOver(TOO_LATE)
      else notice(error.message)
    }
  }
  function change() {
    const next = method === 'totp' ? 'recovery_code' : 'totp'
    const changed = secondFactorPage(asked, next)
    frame.replaceWith(changed)
    changed.querySelector('input').focus()
  }
  return frame
}

const TOO_LATE = 'That took too long, or too many tries. Sign in again.'

/** Asks for one code. A wrong one may be tried again; when the try itself has ended, everything starts over. */
export const codeForm = ({ field, submit, send, startOver, cancel }) =>
  form({
    fields: [field],
    submit,
    cancel,
    send: async ({ code }) => {
      try {
        await send(code)
      } catch (error) {
        if (error.code !== 'unauthenticated' || !startOver) throw error
        startOver(TOO_LATE)
      }
    },
    explain: ({ code }) =>
      code === 'invalid_credentials' && 'This code is not right, or it was used already. Try the next one.',
  })

export const codeField = () =>
  textField({
    name: 'code',
    label: 'Six-digit code',
    required: true,
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    maxlength: '7',
    class: 'code',
  })

const recoveryCodeField = () =>
  textField({ name: 'code', label: 'Recovery code', required: true, autocomplete: 'off', spellcheck: 'false' })
