import { button, element } from '../ui/element.js'
import { facts, page, section } from '../ui/frames.js'
import { nameOf, roleNames, whenOf } from '../words.js'
import { statusTag } from './rows.js'

/** Who is signed in, for whom, how, and until when. */
export function accountPage({ profile, enrol }) {
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
