import { button, element, freshId } from './element.js'

const TYPING_MS = 250

/**
 * A list that the server cuts into pages. `load({ page, search })` answers `{ items, total, page, totalPages }`, `row(item)` a list item.
 * @returns `{ node, reload() }`
 */
export function pagedList({ label, load, row, empty, searchLabel }) {
  const rows = element('ul', { class: 'rows', 'aria-label': label })
  const count = element('p', { class: 'count', role: 'status' })
  const pager = element('nav', { class: 'pager', 'aria-label': `Pages of ${label}` })
  const asked = { page: 1, search: '' }
  let latest = 0

  async function reload() {
    const mine = ++latest
    rows.setAttribute('aria-busy', 'true')
    try {
      const found = await load({ ...asked })
      if (mine === latest) show(found)
    } catch (error) {
      if (mine === latest) fail(error)
    } finally {
      if (mine === latest) rows.removeAttribute('aria-busy')
    }
  }

  function show({ items, total, page, totalPages }) {
    if (items.length === 0 && page > 1) return turnTo(Math.max(1, totalPages))
    rows.replaceChildren(...items.map(row))
    count.textContent = total === 0 ? sentenceWhenEmpty() : totalPages > 1 ? `${total} in all` : ''
    pager.replaceChildren(...(totalPages > 1 ? turns(page, totalPages) : []))
  }

  const sentenceWhenEmpty = () => (asked.search ? `Nothing matches “${asked.search}”.` : empty)

  function fail(error) {
    rows.replaceChildren()
    pager.replaceChildren(button('Try again', reload))
    count.textContent = error.message
  }

  function turnTo(page) {
    asked.page = page
    return reload()
  }

  const turns = (page, last) => [
    button('Previous', () => turnTo(page - 1), { disabled: page === 1 }),
    element('span', {}, `Page ${page} of ${last}`),
    button('Next', () => turnTo(page + 1), { disabled: page === last }),
  ]

  const search =
    searchLabel &&
    searchBox(searchLabel, (words) => {
      asked.search = words
      return turnTo(1)
    })
  void reload()
  return { node: element('div', { class: 'list' }, search, rows, count, pager), reload }
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
