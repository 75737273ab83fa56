export const roleNames = {
  super_admin: 'Super admin',
  account_manager: 'Account manager',
  security_analyst: 'Security analyst',
  technician: 'Technician',
  admin: 'Administrator',
  report_viewer: 'Report viewer',
  request_user: 'Request user',
  basic_user: 'Basic user',
}

export const customerRoles = {
  admin: 'Manages the organization and its people',
  report_viewer: 'Reads reports',
  request_user: 'Makes requests',
  basic_user: 'Sees the basics',
}

export const providerRoles = {
  technician: 'Works on the customers they were granted',
  security_analyst: 'Sees everything, reads the audit trail',
  account_manager: 'Looks after customers and their access',
  super_admin: 'Runs the platform',
}

export const levelNames = { read_only: 'Read only', full_access: 'Full access', emergency: 'Emergency' }

export const statusNames = {
  active: 'Active',
  scheduled: 'Scheduled',
  expired: 'Expired',
  revoked: 'Revoked',
  invited: 'Invited',
  suspended: 'Suspended',
  deleted: 'Deleted',
}

/** Why a grant does not let its technician in now; completes “Not now: …”. */
export const reasonNames = {
  grant_not_active: 'the grant is not active',
  not_started: 'it has not started yet',
  expired: 'it has expired',
  revoked: 'it was revoked',
  ip_not_allowed: 'your address is not among those allowed',
  outside_time_window: 'it is outside the allowed hours',
  service_not_allowed: 'this service is not allowed',
  level_insufficient: 'its level is not enough',
  technician_inactive: 'your account is not active',
  customer_inactive: 'the customer is not active',
  user_inactive: 'your account is not active',
  organization_inactive: 'your organization is not active',
}

export const dayNames = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' }

export const nameOf = ({ firstName, lastName, email }) => `${firstName ?? ''} ${lastName ?? ''}`.trim() || email

// The page speaks English; which English is the reader's.
const locale = navigator.languages.find((language) => language.startsWith('en')) ?? 'en-GB'
const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })

/** An instant of the server, on the reader's clock. */
export const whenOf = (instant) => dayAndTime.format(new Date(instant))

/** What a grant is limited to, one phrase each. */
export const restrictionsOf = ({ allowedServices, ipRestrictions, timeRestrictions }) => [
  ...(allowedServices ? [`Only for ${allowedServices.join(', ')}`] : []),
  ...(ipRestrictions ? [`Only from ${ipRestrictions.join(', ')}`] : []),
  ...(timeRestrictions
    ? [`Only ${timeRestrictions.windows.map(hoursOf).join('; ')} (${timeRestrictions.timezone})`]
    : []),
]

const hoursOf = ({ days, start, end }) => `${daysOf(days)} ${start}–${end}`

const week = Object.keys(dayNames)

/** `Mon–Fri, Sun`: three and more in a row become a span. */
function daysOf(days) {
  const runs = []
  for (const day of week.filter((one) => days.includes(one))) {
    const run = runs.at(-1)
    if (run && week.indexOf(run.at(-1)) + 1 === week.indexOf(day)) run.push(day)
    else runs.push([day])
  }
  const named = runs.flatMap((run) => (run.length > 2 ? [[run[0], run.at(-1)]] : run.map((day) => [day])))
  return named.map((ends) => ends.map((day) => dayNames[day]).join('–')).join(', ')
}
