import type { Role } from '../types/vocabulary.ts'
import type { Chance } from './chance.ts'
import { companies } from './companies.ts'
import type { Company } from './companies.ts'
import { mailboxOf, nameGiver } from './names.ts'
import type { Name } from './names.ts'

/** Somebody of the play, before they have an account. */
export interface Character extends Name {
  readonly role: Role
  readonly email: string
  /** The customer; null for the provider's people. */
  readonly company: Company | null
  readonly address: string
  readonly userAgent: string
  /** How likely they sign in on a working day. */
  readonly diligence: number
}

export const PROVIDER = { name: 'Northgate Security Services', label: 'northgate', timezone: 'Europe/Berlin' }
/** Of the network where the provider's people sit, and of their VPN (RFC 5737). */
export const OFFICE = '203.0.113.0/26'
export const VPN = '198.51.100.0/27'
export const PEOPLE = 300

/** The first of each is the one that is told who can sign in. */
const staffed: readonly (readonly [Role, number])[] = [
  ['super_admin', 2],
  ['account_manager', 3],
  ['security_analyst', 3],
  ['technician', 15],
]

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
]

export function castOf(chance: Chance): { staff: Character[]; members: Character[] } {
  const name = nameGiver(chance)
  const staff = staffed.flatMap(([role, count]) =>
    Array.from({ length: count }, (_, at) => employee(chance, { ...name(), role, at })),
  )
  const counts = headcounts(chance, PEOPLE - staff.length)
  const members = companies.flatMap((company, at) =>
    Array.from({ length: counts[at] ?? 0 }, (_, place) => member(chance, { ...name(), company, at, place })),
  )
  return { staff, members }
}

function employee(chance: Chance, { role, at, ...name }: Name & { role: Role; at: number }): Character {
  return {
    ...name,
    role,
    email: `${mailboxOf(name)}@${PROVIDER.label}.example`,
    company: null,
    address: chance.holds(0.6) ? `203.0.113.${chance.between(2, 62)}` : `198.51.100.${chance.between(2, 30)}`,
    userAgent: chance.pick(browsers.slice(0, 5)),
    diligence: at === 0 ? 0.95 : chance.pick([0.7, 0.8, 0.9]),
  }
}

interface Post extends Name {
  readonly company: Company
  readonly at: number
  readonly place: number
}

/** The first two of a customer look after its accounts, the smallest have one. */
function member(chance: Chance, { company, at, place, ...name }: Post): Character {
  const admins = company.size === 'small' ? 1 : 2
  const others: Role[] = ['report_viewer', 'request_user', 'basic_user', 'request_user', 'basic_user', 'basic_user']
  return {
    ...name,
    role: place < admins ? 'admin' : (others[(place - admins) % others.length] as Role),
    email: `${mailboxOf(name)}@${company.label}.example`,
    company,
    address: `192.0.2.${at * 6 + 1 + (place % 5)}`,
    userAgent: chance.pick(browsers),
    diligence: place < admins ? 0.4 : chance.pick([0.03, 0.08, 0.15]),
  }
}

/** How many people of each customer use it: by their size, and all of them together so many. */
function headcounts(chance: Chance, total: number): number[] {
  const counts = companies.map(({ size }) => ({ small: 3, medium: 6, large: 10 })[size])
  let left = total - counts.reduce((sum, count) => sum + count, 0)
  while (left !== 0) {
    const at = chance.between(0, counts.length - 1)
    const step = Math.sign(left)
    if ((counts[at] ?? 0) + step < 3) continue
    counts[at] = (counts[at] ?? 0) + step
    left -= step
  }
  return counts
}
