import { changePassword } from '../api/session.js'
import { button, element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { facts, page, section } from '../ui/frames.js'
import { notice } from '../ui/notice.js'
import { nameOf, roleNames, whenOf } from '../words.js'
import { newPasswordField } from './bootstrap.js'
import { passkeySection } from './passkeys.js'
import { statusTag } from './rows.js'

/** Who is signed in, for whom, how, and until when. */
export async function accountPage({ profile, enrol }) {
  const { email, role, organization, session, mfaEnabled } = profile
  return page(
    { title: nameOf(profile), lead: email },
    section(
      { title: 'Profile' },
      facts({ Role: roleNames[role] ?? role, Organization: organization.name, Status: statusTag(organization.status) }),
    ),
    section(
      { title: 'Second factor', actions: !mfaEnabled && button('Set it up', enrol, { class: 'primary' }) },
      element(
        'p',
        {},
        mfaEnabled ? 'On: signing in takes a code of your authenticator app.' : 'Off: a password alone signs you in.',
      ),
    ),
    mfaEnabled && (await passkeySection()),
    section(
      { title: 'Password' },
      form({
        fields: [
          textField({
            name: 'currentPassword',
            label: 'Current password',
            type: 'password',
            required: true,
            autocomplete: 'current-password',
          }),
          newPasswordField('newPassword'),
        ],
        submit: 'Change the password',
        explain: ({ code }) => code === 'invalid_credentials' && 'The current password is not right.',
        send: async (given) => {
          const { revoked } = await changePassword(given)
          notice(`Your password is changed. Other sessions that ended: ${revoked}.`)
        },
      }),
    ),
    section(
      { title: 'This session' },
      facts({
        'Signed in': whenOf(session.createdAt),
        'Ends at the latest': whenOf(session.expiresAt),
        Address: session.ipAddress ?? 'unknown',
        Browser: session.userAgent ?? 'unknown',
      }),
    ),
  )
}
