import { beginFactor, confirmFactor } from '../api/session.js'
import { copyButton } from '../ui/copy.js'
import { button, element, focusOn } from '../ui/element.js'
import { outside } from '../ui/frames.js'
import { codeField, codeForm } from './second-factor.js'

/** Sets up the second factor; `token` is that of the enrolment, absent for somebody who is signed in. */
export async function enrolmentPage({ token, proceed, startOver, cancel }) {
  const { secret, otpauthUrl, qrCode } = await beginFactor(token)
  const frame = outside({
    title: 'Set up your second factor',
    lead: 'Scan this with an authenticator app, then type the code that it shows.',
    content: [
      element(
        'div',
        { class: 'factor' },
        element('img', {
          src: qrCode,
          alt: 'QR code with the secret that is written beside it',
          width: 176,
          height: 176,
        }),
        element(
          'div',
          {},
          element('p', { class: 'hint' }, 'Or type the secret:'),
          element('p', { class: 'secret', id: 'secret' }, inGroups(secret)),
          element(
            'div',
            { class: 'actions' },
            copyButton('Copy', secret),
            element('a', { href: otpauthUrl, class: 'button' }, 'Open in app'),
          ),
        ),
      ),
      codeForm({
        field: codeField(),
        submit: 'Confirm',
        cancel,
        startOver,
        send: async (code) => {
          const answer = await confirmFactor(code, token)
          const kept = recoveryCodesPage(answer.recoveryCodes, () => proceed(answer))
          frame.replaceWith(kept)
          focusOn(kept.querySelector('h1'))
        },
      }),
    ],
  })
  return frame
}

function recoveryCodesPage(codes, done) {
  return outside({
    title: 'Keep these recovery codes',
    lead: 'Each signs you in once when your authenticator is out of reach. They are shown only now.',
    content: [
      element(
        'ol',
        { class: 'recovery-codes', 'aria-label': 'Recovery codes' },
        codes.map((code) => element('li', {}, code)),
      ),
      element(
        'div',
        { class: 'form-foot' },
        button('I have kept them', done, { class: 'primary' }),
        copyButton('Copy all', codes.join('\n')),
      ),
    ],
  })
}

const inGroups = (secret) => secret.replaceAll(/(.{4})(?=.)/g, '$1 ')
