import { grantAccess, granteeRoles, listCustomers, listPeople } from '../api/access.js'
import { openDialog } from '../ui/dialog.js'
import { element } from '../ui/element.js'
import { choiceField, textField } from '../ui/field.js'
import { form } from '../ui/form.js'
import { notice } from '../ui/notice.js'
import { pickerField } from '../ui/picker.js'
import { dayNames, levelNames, nameOf, roleNames } from '../words.js'

const FOUND = 20

/** Grants access: to a customer (then the technician is chosen) or for a technician (then the customer is). */
export function grantDialog({ title, customer, technician, profile, done }) {
  const other = customer ? technicianField(profile) : customerField()
  const level = choiceField({
    name: 'accessLevel',
    label: 'Level',
    value: 'read_only',
    choices: [
      { value: 'read_only', label: levelNames.read_only, hint: 'Looks, changes nothing' },
      { value: 'full_access', label: levelNames.full_access, hint: 'Also changes' },
      {
        value: 'emergency',
        label: levelNames.emergency,
        hint: 'At most 24 hours, announced and reviewed; needs a reason',
      },
    ],
  })
  const until = textField({
    name: 'expiresAt',
    label: 'Until',
    type: 'datetime-local',
    hint: 'Without an end it lasts until it is revoked; an emergency lasts 4 hours.',
  })
  const reason = textField({
    name: 'reason',
    label: 'Reason',
    hint: 'The customer’s people read it too.',
    autocomplete: 'off',
  })
  const limits = limitFields()
  openDialog(title, (close) =>
    form({
      fields: [other, level, until, reason, ...Object.values(limits)],
      layout: [other.node, level.node, until.node, reason.node, folded(limits)],
      submit: 'Grant access',
      cancel: close,
      send: async (given) => {
        const fixed = customer ? { customerOrgId: customer.id } : { technicianId: technician.id }
        const granted = await grantAccess({ ...bodyOf(given), ...fixed })
        close()
        done()
        notice(`${nameOf(granted.technician)} has access to ${granted.customer.name}.`)
      },
    }),
  )
}

const technicianField = ({ id: self, organizationId }) =>
  pickerField({
    name: 'technicianId',
    label: 'Technician',
    hint: 'Type a name or an e-mail address.',
    none: 'Nobody matches who could be granted access.',
    find: async (search) => {
      const { items } = await listPeople(organizationId, { search, status: 'active', limit: FOUND })
      return items
        .filter(({ id, role }) => id !== self && granteeRoles.includes(role))
        .map((person) => ({
          value: person.id,
          label: nameOf(person),
          hint: `${roleNames[person.role]} · ${person.email}`,
        }))
    },
  })

const customerField = () =>
  pickerField({
    name: 'customerOrgId',
    label: 'Customer',
    hint: 'Type a name.',
    none: 'No active customer matches.',
    find: async (search) => {
      const { items } = await listCustomers({ search, status: 'active', limit: FOUND })
      return items.map(({ id, name, domain }) => ({ value: id, label: name, hint: domain }))
    },
  })

const limitFields = () => ({
  services: textField({
    name: 'allowedServices',
    label: 'Services',
    hint: 'Separated by commas, such as siem, edr. Empty allows all.',
    autocomplete: 'off',
  }),
  addresses: textField({
    name: 'ipRestrictions',
    label: 'Addresses',
    hint: 'One address or CIDR block a line. Empty allows all.',
    lines: 2,
    spellcheck: 'false',
  }),
  days: choiceField({
    name: 'timeRestrictions',
    label: 'Days',
    hint: 'None allows any time.',
    many: true,
    choices: Object.entries(dayNames).map(([value, label]) => ({ value, label })),
  }),
  start: textField({ name: 'start', label: 'From', type: 'time', value: '08:00', required: true }),
  end: textField({ name: 'end', label: 'To', type: 'time', value: '18:00', required: true }),
  zone: textField({
    name: 'timezone',
    label: 'Time zone',
    value: Intl.DateTimeFormat().resolvedOptions().timeZone,
    required: true,
    autocomplete: 'off',
  }),
})

const folded = ({ services, addresses, days, start, end, zone }) =>
  element(
    'details',
    { class: 'folded' },
    element('summary', {}, 'Limit it further'),
    services.node,
    addresses.node,
    days.node,
    element('div', { class: 'side-by-side' }, start.node, end.node),
    zone.node,
  )

/** What was filled in; an absent restriction does not restrict. */
function bodyOf({ technicianId, customerOrgId, accessLevel, expiresAt, reason, ...limits }) {
  const services = partsOf(limits.allowedServices)
  const addresses = partsOf(limits.ipRestrictions)
  const { timeRestrictions: days, start, end, timezone } = limits
  return {
    technicianId,
    customerOrgId,
    accessLevel,
    ...(expiresAt && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(reason.trim() && { reason: reason.trim() }),
    ...(services.length > 0 && { allowedServices: services }),
    ...(addresses.length > 0 && { ipRestrictions: addresses }),
    ...(days.length > 0 && { timeRestrictions: { timezone, windows: [{ days, start, end }] } }),
  }
}

const partsOf = (list) => list.split(/[\s,]+/).filter(Boolean)
