import { revokeAccess } from '../api/access.js'
import { openDialog } from '../ui/dialog.js'
import { button, element } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { notice } from '../ui/notice.js'

/** A way to end a grant that still stands, for who may; null otherwise. */
export function revokeButton({ can, grant, what, done }) {
  if (!can('access.revoke') || !['active', 'scheduled'].includes(grant.status)) return null
  return button('Revoke', () => revokeDialog({ grant, what, done }), {
    class: 'danger',
    'aria-label': `Revoke ${what}`,
  })
}

const revokeDialog = ({ grant, what, done }) =>
  openDialog('Revoke access', (close) => {
    const asking = form({
      fields: [textField({ name: 'reason', label: 'Reason', autocomplete: 'off' })],
      submit: 'Revoke',
      danger: true,
      cancel: close,
      send: async ({ reason }) => {
        await revokeAccess(grant.id, reason.trim())
        close()
        done()
        notice(`Revoked: ${what}.`)
      },
    })
    asking.prepend(element('p', {}, `This ends ${what} at once.`))
    return asking
  })
