import { button, element } from './element.js'

/**
 * A form that keeps what was typed whatever the answer. `fields` are what it reads, `layout` how they stand (the fields in a column
 * when absent). What `send` throws is said at the field that its details name, and above all fields otherwise.
 */
export function form({ fields, layout, submit, send, cancel, explain }) {
  const above = element('div', { class: 'form-said', role: 'alert', tabindex: '-1' })
  const sendButton = element('button', { type: 'submit', class: 'primary' }, submit)
  let sending = false

  async function attempt(event) {
    event.preventDefault()
    if (sending) return
    if (!clear(fields, above)) return
    sending = true
    sendButton.setAttribute('aria-busy', 'true')
    try {
      await send(Object.fromEntries(fields.map(({ name, read }) => [name, read()])))
    } catch (error) {
      say(error, { fields, above, explain })
    } finally {
      sending = false
      sendButton.removeAttribute('aria-busy')
    }
  }

  return element(
    'form',
    { class: 'form', novalidate: true, method: 'post', onsubmit: attempt },
    above,
    layout ?? fields.map(({ node }) => node),
    element('div', { class: 'form-foot' }, sendButton, cancel && button('Cancel', cancel)),
  )
}

/** Takes away what was said before and says what the browser already knows to be wrong. @returns whether the server may be asked */
function clear(fields, above) {
  above.replaceChildren()
  for (const field of fields) field.tell(field.fault())
  const wrong = fields.find((field) => field.fault() !== null)
  if (wrong) reveal(wrong)
  return !wrong
}

function say(error, { fields, above, explain }) {
  const faults = Array.isArray(error.details) ? error.details : []
  const placed = faults.filter(({ path, message }) => {
    const field = fields.find(({ name }) => name === path.split('.', 1)[0])
    field?.tell(sentence(message))
    return field
  })
  const loose = faults.filter((fault) => !placed.includes(fault))
  above.append(
    element('p', {}, explain?.(error) ?? error.message),
    loose.length > 0 &&
      element(
        'ul',
        {},
        loose.map(({ path, message }) => element('li', {}, `${path}: ${message}`)),
      ),
  )
  const first = placed[0] && fields.find(({ name }) => name === placed[0].path.split('.', 1)[0])
  if (first) reveal(first)
  else above.focus()
}

function reveal(field) {
  const folded = field.node.closest('details')
  if (folded) folded.open = true
  field.focus()
}

const sentence = (message) => (/[.!?]$/.test(message) ? message : `${message}.`)
