import { addPasskey, knowsPasskeys, listPasskeys, removePasskey } from '../api/passkeys.js'
import { button, element } from '../ui/element.js'
import { section } from '../ui/frames.js'
import { notice } from '../ui/notice.js'
import { whenOf } from '../words.js'

/** The own passkeys, to add to and to take from. */
export async function passkeySection() {
  const list = element('ul', { 'aria-label': 'Passkeys' })
  const attempt = (work) => async () => {
    try {
      await work()
      await fill()
    } catch ({ message }) {
      notice(message)
    }
  }
  async function fill() {
    const passkeys = await listPasskeys()
    list.replaceChildren(
      ...passkeys.map((passkey) =>
        rowOf(
          passkey,
          attempt(() => removePasskey(passkey.id)),
        ),
      ),
    )
  }
  await fill()
  return section(
    {
      title: 'Passkeys',
      lead: 'A passkey signs you in by itself, with the lock of your device.',
      actions: knowsPasskeys() && button('Add a passkey', attempt(addPasskey)),
    },
    list,
  )
}

const rowOf = ({ name, createdAt }, remove) =>
  element(
    'li',
    {},
    `${name}, added ${whenOf(createdAt)} `,
    button('Remove', remove, { class: 'danger', 'aria-label': `Remove the passkey ${name}` }),
  )
