import { element } from './element.js'

export const brand = () =>
  element('span', { class: 'brand' }, element('span', { class: 'brand-mark', 'aria-hidden': 'true' }), 'Castellan')

/** Before anybody is known: one card, and beside it what this is. */
export function outside({ title, lead, content }) {
  return element(
    'div',
    { class: 'outside' },
    element(
      'aside',
      { class: 'outside-banner' },
      brand(),
      element(
        'p',
        { class: 'outside-words' },
        'Who may reach which customer, at what level, when, from where and why.',
      ),
    ),
    element(
      'main',
      { class: 'outside-main' },
      element(
        'div',
        { class: 'outside-card' },
        element('h1', {}, title),
        lead && element('p', { class: 'lead' }, lead),
        content,
      ),
    ),
  )
}

/** A page of somebody signed in. */
export function page({ title, above, lead, actions }, ...sections) {
  return element(
    'div',
    { class: 'page' },
    element(
      'header',
      { class: 'page-head' },
      element('div', {}, above, element('h1', {}, title), lead && element('p', { class: 'lead' }, lead)),
      actions && element('div', { class: 'actions' }, actions),
    ),
    sections,
  )
}

export function section({ title, lead, actions }, ...content) {
  return element(
    'section',
    { class: 'section' },
    element(
      'header',
      { class: 'section-head' },
      element('div', {}, element('h2', {}, title), lead && element('p', { class: 'hint' }, lead)),
      actions && element('div', { class: 'actions' }, actions),
    ),
    content,
  )
}

/** What something is, name by name. */
export const facts = (pairs) =>
  element(
    'dl',
    { class: 'facts' },
    Object.entries(pairs).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  )
