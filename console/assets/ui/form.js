import { button, element } from './element.js'

/**
 * A form that keeps what was typed whatever the answer. `fields` are what it reads, `layout` how they stand (the fields in a column
 * when absent). What `send` throws is said at the field that its details name, and above all fields otherwise.
 */
export function form({ fields, before, layout, submit, danger, send, cancel, explain }) {
  const above = element('div', { class: 'form-said', role: 'alert', tabindex: '-1' })
  const sendButton = element('button', { type: 'submit', class: danger ? 'primary danger' : 'primary' }, submit)
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
    before,
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
  const faultsOf = (field) => faults.filter(({ path }) => path.split('.', 1)[0] === field.name)
  const marked = fields.filter((field) => faultsOf(field).length > 0)
  for (const field of marked) field.tell(faultsOf(field).map(sentenceOf).join(' '))
  const elsewhere = faults.filter(({ path }) => !fields.some(({ name }) => name === path.split('.', 1)[0]))
  const more = [...elsewhere.map(({ path, message }) => `${path}: ${message}`), ...reasonsOf(error)]
  if (marked.length === 0 || more.length > 0) {
    above.append(element('p', {}, explain?.(error) || error.message), listOf(more))
  }
  if (marked.length > 0) reveal(marked[0])
  else above.focus()
}

const sentenceOf = ({ message }) => (/[.!?]$/.test(message) ? message : `${message}.`)
const reasonsOf = ({ details }) => (details?.reasons ?? []).map((reason) => reason.replaceAll('_', ' '))
const listOf = (entries) =>
  element(
    'ul',
    {},
    entries.map((entry) => element('li', {}, entry)),
  )

function reveal(field) {
  const folded = field.node.closest('details')
  if (folded) folded.open = true
  field.focus()
}
