import { button, element, freshId } from './element.js'

/**
 * A field is `{ name, node, read(), fault(), tell(sentence), focus() }`: what it holds, what is wrong with it before the server is
 * asked (null when nothing is), and the place where what is wrong is said.
 */
export function textField({ name, label, hint, lines, type = 'text', ...attributes }) {
  const id = freshId(name)
  const control = element(lines ? 'textarea' : 'input', {
    id,
    name,
    ...(lines ? { rows: lines } : { type }),
    'aria-describedby': describedBy(id, hint),
    ...attributes,
  })
  const held = type === 'password' ? withReveal(control) : control
  const said = saidBelow(id)
  return {
    name,
    node: element('div', { class: 'field' }, labelOf(id, label, attributes.required), hintOf(id, hint), held, said),
    read: () => control.value,
    fault: () => faultOf(control),
    tell: (sentence) => tell(control, said, sentence),
    focus: () => control.focus(),
  }
}

/** One of several (radio buttons), or any of them (`many`: check boxes). */
export function choiceField({ name, label, hint, choices, value, many = false }) {
  const id = freshId(name)
  const said = saidBelow(id)
  const picked = new Set([value ?? []].flat())
  const type = many ? 'checkbox' : 'radio'
  const node = element(
    'fieldset',
    { class: 'field', 'aria-describedby': describedBy(id, hint) },
    element('legend', {}, label),
    hintOf(id, hint),
    element(
      'div',
      { class: many ? 'choices choices-short' : 'choices' },
      choices.map((choice) => choiceOf(choice, { type, name: id, checked: picked.has(choice.value) })),
    ),
    said,
  )
  const chosen = () => [...node.querySelectorAll('input:checked')].map((input) => input.value)
  return {
    name,
    node,
    read: () => (many ? chosen() : chosen()[0]),
    fault: () => null,
    tell: (sentence) => tell(node, said, sentence),
    focus: () => (node.querySelector('input:checked') ?? node.querySelector('input')).focus(),
  }
}

export function choiceOf({ value, label, hint }, attributes) {
  return element(
    'label',
    { class: 'choice' },
    element('input', { ...attributes, value }),
    element('span', {}, element('span', { class: 'choice-label' }, label), hint && element('small', {}, hint)),
  )
}

const describedBy = (id, hint) => (hint ? `${id}-hint ${id}-said` : `${id}-said`)

export const hintOf = (id, hint) => hint && element('p', { id: `${id}-hint`, class: 'hint' }, hint)

export const saidBelow = (id) => element('p', { id: `${id}-said`, class: 'said' })

const labelOf = (id, label, required) =>
  element('label', { for: id }, label, !required && element('span', { class: 'optional' }, ' – optional'))

export function tell(control, place, sentence) {
  place.textContent = sentence ?? ''
  if (sentence) control.setAttribute('aria-invalid', 'true')
  else control.removeAttribute('aria-invalid')
}

function faultOf({ validity, type }) {
  if (validity.valueMissing) return 'This is needed.'
  if (validity.typeMismatch && type === 'email') return 'This is not an e-mail address.'
  if (validity.badInput) return 'This is not complete.'
  return validity.valid ? null : 'This does not fit here.'
}

function withReveal(control) {
  const reveal = button('Show', () => {
    const shown = control.type === 'password'
    control.type = shown ? 'text' : 'password'
    reveal.textContent = shown ? 'Hide' : 'Show'
    reveal.setAttribute('aria-label', shown ? 'Hide what is typed' : 'Show what is typed')
  })
  reveal.setAttribute('aria-label', 'Show what is typed')
  return element('div', { class: 'with-button' }, control, reveal)
}
