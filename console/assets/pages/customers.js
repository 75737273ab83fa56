import { createCustomer, listCustomers } from '../api/access.js'
import { openDialog } from '../ui/dialog.js'
import { button } from '../ui/element.js'
import { textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { page } from '../ui/frames.js'
import { notice } from '../ui/notice.js'
import { pagedList } from '../ui/paged-list.js'
import { customerRow } from './rows.js'

export function customersPage({ can }) {
  const { node } = pagedList({
    label: 'Customers',
    load: listCustomers,
    row: customerRow,
    empty: can('organizations.create')
      ? 'There is no customer yet. Create the first one.'
      : 'You can reach no customer now.',
    searchLabel: 'Search customers',
  })
  const create = button('New customer', createDialog, { class: 'primary' })
  return page({ title: 'Customers', actions: can('organizations.create') && create }, node)
}

const createDialog = () =>
  openDialog('New customer', (close) =>
    form({
      fields: [
        textField({ name: 'name', label: 'Name', required: true, autocomplete: 'off' }),
        textField({ name: 'domain', label: 'Domain', hint: 'Such as example.com', autocomplete: 'off' }),
      ],
      submit: 'Create customer',
      cancel: close,
      send: async ({ name, domain }) => {
        const made = await createCustomer({ name, ...(domain.trim() && { domain: domain.trim() }) })
        close()
        notice(`${made.name} is created.`)
        location.hash = `#/customers/${made.id}`
      },
    }),
  )
