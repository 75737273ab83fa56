/** The one maker of elements. Text goes in as text, never as markup; `onclick` and the like take functions. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) set(made, key, value)
  made.append(...children.flat().filter(isThere))
  return made
}

const isThere = (child) => child !== null && child !== undefined && child !== false

function set(made, key, value) {
  if (!isThere(value)) return
  if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
  else made.setAttribute(key, value === true ? '' : String(value))
}

let count = 0

/** An id that no other element of the page has. */
export const freshId = (stem) => `${stem}-${++count}`

export const button = (label, onclick, attributes = {}) =>
  element('button', { type: 'button', onclick, ...attributes }, label)

/** Moves the reader to the start of what is new. */
export function focusOn(heading) {
  heading.tabIndex = -1
  heading.focus()
}
