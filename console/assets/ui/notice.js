import { element } from './element.js'

const SHOWN_MS = 8000

/** One sentence about what has just been done, read out politely. */
export function notice(sentence) {
  const shown = element('p', { class: 'notice' }, sentence)
  document.getElementById('notices').replaceChildren(shown)
  setTimeout(() => shown.remove(), SHOWN_MS)
}
