import { granteeRoles } from '../api/access.js'
import { button, element, focusOn } from '../ui/element.js'
import { brand, page } from '../ui/frames.js'
import { nameOf, reasonNames, roleNames } from '../words.js'
import { accountPage } from './account.js'
import { customerPage } from './customer.js'
import { customersPage } from './customers.js'
import { myAccessPage } from './my-access.js'
import { ourAccessPage, ourPeoplePage } from './our-access.js'
import { teammatePage, teamPage } from './team.js'

const pages = {
  customers: { label: 'Customers', all: customersPage, one: customerPage },
  team: { label: 'Team', all: teamPage, one: teammatePage },
  access: { label: 'My access', all: myAccessPage },
  reach: { label: 'Who can reach us', all: ourAccessPage },
  people: { label: 'People', all: ourPeoplePage },
  account: { label: 'Account', all: accountPage },
}

/** `#/customers`, `#/customers/<uuid>` */
const ADDRESS = /^#\/([a-z]+)(?:\/([0-9a-f-]{36}))?$/

/** The pages that somebody has, the first being where they start. */
function pagesOf({ role, organization, permissions }) {
  const people = permissions.includes('users.list') ? ['people'] : []
  if (organization.type === 'customer') return ['reach', ...people, 'account']
  if (role === 'technician') return ['access', 'customers', 'account']
  return ['customers', 'team', ...(granteeRoles.includes(role) ? ['access'] : []), 'account']
}

/** Everything of somebody signed in: the way around, and the page that the address names. */
export function shell({ profile, enrol, leave }) {
  const names = pagesOf(profile)
  const links = new Map(names.map((name) => [name, element('a', { href: `#/${name}` }, pages[name].label)]))
  const main = element('main', { id: 'main' })
  const context = { profile, enrol, leave, can: (operation) => profile.permissions.includes(operation) }
  const pageOf = async ({ all, one }, id) => (id && one ? one : all)({ ...context, id })
  let latest = 0

  async function go() {
    const mine = ++latest
    const [, name, id] = ADDRESS.exec(location.hash) ?? []
    const known = names.includes(name) ? name : names[0]
    for (const [other, anchor] of links) mark(anchor, other === known)
    const made = await pageOf(pages[known], id).catch((error) => failed(error, { again: go, enrol }))
    if (mine !== latest) return
    main.replaceChildren(made)
    const heading = main.querySelector('h1')
    document.title = `${heading.textContent} · Castellan`
    focusOn(heading)
  }

  const frame = element(
    'div',
    { class: 'shell' },
    element('a', { href: '#main', class: 'skip', onclick: (event) => skip(event, main) }, 'Skip to the content'),
    element(
      'header',
      { class: 'bar' },
      element(
        'div',
        { class: 'bar-inner' },
        brand(),
        element('nav', { 'aria-label': 'Pages' }, ...links.values()),
        element(
          'div',
          { class: 'who' },
          element(
            'span',
            {},
            nameOf(profile),
            element('small', {}, `${roleNames[profile.role]} · ${profile.organization.name}`),
          ),
          button('Sign out', leave),
        ),
      ),
    ),
    main,
  )
  return { frame, go }
}

function failed({ message, details }, { again, enrol }) {
  const reasons = details?.reasons ?? []
  if (reasons.includes('mfa_required')) {
    const lead = 'Nothing else is open to you before that.'
    return page({ title: 'Set up your second factor', lead, actions: button('Set it up', enrol, { class: 'primary' }) })
  }
  const why = reasons.map((reason) => reasonNames[reason] ?? reason).join(', ')
  return page({
    title: 'This did not work',
    lead: why ? `${message} Why: ${why}.` : message,
    actions: button('Try again', again),
  })
}

function mark(anchor, current) {
  if (current) anchor.setAttribute('aria-current', 'page')
  else anchor.removeAttribute('aria-current')
}

function skip(event, main) {
  event.preventDefault()
  focusOn(main.querySelector('h1'))
}
