import { element, freshId } from './element.js'
import { choiceOf, hintOf, saidBelow, tell } from './field.js'

const TYPING_MS = 200

/** A field that picks one of many: type to search, choose among what is found. `find(words)` answers `[{ value, label, hint }]`. */
export function pickerField({ name, label, hint, find, none }) {
  const id = freshId(name)
  const said = saidBelow(id)
  const found = element('div', { class: 'choices choices-found' })
  const status = element('p', { class: 'hint', role: 'status' })
  const search = element('input', {
    id,
    type: 'search',
    autocomplete: 'off',
    'aria-describedby': `${id}-hint ${id}-said`,
  })
  let waiting
  let latest = 0

  async function look() {
    const mine = ++latest
    try {
      const choices = await find(search.value.trim())
      if (mine === latest) show(choices)
    } catch (error) {
      status.textContent = error.message
    }
  }
  function show(choices) {
    const before = chosen()
    found.replaceChildren(
      ...choices.map((choice) =>
        choiceOf(choice, { type: 'radio', name: `${id}-found`, checked: choice.value === before }),
      ),
    )
    status.textContent = choices.length === 0 ? none : ''
  }
  const chosen = () => found.querySelector('input:checked')?.value
  search.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(look, TYPING_MS)
  })
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault()
  })
  void look()

  return {
    name,
    node: element(
      'fieldset',
      { class: 'field' },
      element('legend', {}, label),
      element('label', { for: id, class: 'unseen' }, `Search: ${label}`),
      hintOf(id, hint),
      search,
      found,
      status,
      said,
    ),
    read: chosen,
    fault: () => (chosen() === undefined ? 'Choose one.' : null),
    tell: (sentence) => tell(search, said, sentence),
    focus: () => search.focus(),
  }
}
