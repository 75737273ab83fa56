import { button, element, focusOn, freshId } from './element.js'

const TYPING_MS = 250

/**
 * A list that the server cuts into pages. `load(asked)` answers `{ items, total, page, totalPages }`, `row(item)` a list item. `filter`
 * (`{ name, label, choices }`) asks for one of its choices, the first to begin with.
 * @returns `{ node, reload() }`
 */
export function pagedList({ label, load, row, empty, searchLabel, filter }) {
  const rows = element('ul', { class: 'rows', 'aria-label': label })
  const count = element('p', { class: 'count', role: 'status' })
  const pager = element('nav', { class: 'pager', 'aria-label': `Pages of ${label}` })
  const asked = { page: 1, search: '', ...(filter && { [filter.name]: filter.choices[0].value }) }
  let latest = 0

  async function reload() {
    const mine = ++latest
    rows.setAttribute('aria-busy', 'true')
    try {
      const found = await load({ ...asked })
      if (mine !== latest) return
      if (found.items.length === 0 && found.page > 1) await turnTo(Math.max(1, found.totalPages))
      else show(found)
    } catch (error) {
      if (mine === latest) fail(error)
    } finally {
      if (mine === latest) rows.removeAttribute('aria-busy')
    }
  }

  function show({ items, total, page, totalPages }) {
    rows.replaceChildren(...items.map(row))
    count.textContent = total === 0 ? sentenceWhenEmpty() : totalPages > 1 ? `${total} in all` : ''
    pager.replaceChildren(...(totalPages > 1 ? turns(page, totalPages) : []))
  }

  function sentenceWhenEmpty() {
    if (asked.search) return `Nothing matches “${asked.search}”.`
    return filter && asked[filter.name] !== filter.choices[0].value ? 'None.' : empty
  }

  function fail(error) {
    rows.replaceChildren()
    pager.replaceChildren(button('Try again', reload))
    count.textContent = error.message
  }

  function turnTo(page) {
    asked.page = page
    return reload()
  }

  async function turnOver(page) {
    await turnTo(page)
    focusOn(rows)
  }

  const turns = (page, last) => [
    button('Previous', () => turnOver(page - 1), { disabled: page === 1 }),
    element('span', {}, `Page ${page} of ${last}`),
    button('Next', () => turnOver(page + 1), { disabled: page === last }),
  ]

  function ask(more) {
    Object.assign(asked, more)
    return turnTo(1)
  }
  const tools = [
    searchLabel && searchBox(searchLabel, (search) => ask({ search })),
    filter && filterBox(filter, (value) => ask({ [filter.name]: value })),
  ]
  void reload()
  return {
    node: element('div', { class: 'list' }, element('div', { class: 'list-tools' }, tools), rows, count, pager),
    reload,
  }
}

function searchBox(label, onwords) {
  const id = freshId('search')
  let waiting
  const oninput = ({ target }) => {
    clearTimeout(waiting)
    waiting = setTimeout(() => onwords(target.value.trim()), TYPING_MS)
  }
  return element(
    'div',
    { class: 'search' },
    element('label', { for: id, class: 'unseen' }, label),
    element('input', { id, type: 'search', placeholder: label, oninput, autocomplete: 'off', maxlength: '200' }),
  )
}

function filterBox({ label, choices }, onvalue) {
  const options = choices.map(({ value, label: words }) => element('option', { value }, words))
  return element(
    'label',
    { class: 'filter' },
    `${label} `,
    element('select', { onchange: ({ target }) => onvalue(target.value) }, options),
  )
}
