import { compileGrants, customerAt, noGrants, replaceGrants } from '../policy/compiled-grants.ts'
import type { CompiledGrants, Numbers } from '../policy/compiled-grants.ts'
import { compileQuestion, CUSTOMER_INACTIVE, judgeGrants, TECHNICIAN_INACTIVE } from '../policy/judge-grants.ts'
import type { AccessAsked, Refusals } from '../policy/judge-grants.ts'
import type { AccessChanges, AccessParties, LiveGrantRow } from '../queries/access-changes.ts'

export interface Pair {
  readonly technicianId: string
  readonly customerOrgId: string
}

type Known = Pick<AccessChanges, 'pairs' | 'grants'>

/** Every live grant, in some 100 bytes; and who is active. Knows nothing of how old its knowledge is. */
export interface GrantTable {
  judge(pair: Pair, asked: AccessAsked): Refusals
  /** The customers whom the technician reaches with that question. */
  reach(technicianId: string, asked: AccessAsked): string[]
  grantsOf(technicianId: string): CompiledGrants
  /** The number that the customer has in the grants; one that none has where it is unknown. */
  numberOf(customerOrgId: string): number
  /** The pairs have these grants from now on, and no others. */
  replace(known: Known): void
  setParties(parties: AccessParties): void
  /** Raised with each replacement of grants, and with each of parties. */
  readonly versions: { readonly grants: number; readonly parties: number }
  /** How many names of services were ever seen; those that no grant has any more are only forgotten with the table. */
  readonly serviceCount: number
}

interface Holder {
  grants: CompiledGrants
  people: Refusals
}

const NOBODY: Holder = { grants: noGrants, people: TECHNICIAN_INACTIVE }

export function createGrantTable(): GrantTable {
  const holders = new Map<string, Holder>()
  const customers = createNumbers()
  const services = createNumbers()
  const stateOfCustomer: Refusals[] = []
  const versions = { grants: 0, parties: 0 }

  function holderOf(id: string): Holder {
    const known = holders.get(id)
    if (known) return known
    const made = { ...NOBODY }
    holders.set(id, made)
    return made
  }

  function replaceOf(technicianId: string, { customers: given, rows }: Replacement): void {
    const holder = holderOf(technicianId)
    const by = compileGrants(rows, { customers, services })
    holder.grants = replaceGrants(holder.grants, new Set(given.map(customers.numberOf)), by)
  }

  return {
    judge({ technicianId, customerOrgId }, asked) {
      const { grants, people } = holders.get(technicianId) ?? NOBODY
      const customer = customers.find(customerOrgId)
      const state = people | (stateOfCustomer[customer] ?? CUSTOMER_INACTIVE)
      return judgeGrants(grants, customer, compileQuestion(asked, services, state))
    },
    reach(technicianId, asked) {
      const { grants, people } = holders.get(technicianId) ?? NOBODY
      const question = compileQuestion(asked, services, people)
      const numbers = new Set(Array.from({ length: grants.count }, (_, i) => customerAt(grants, i)))
      return [...numbers]
        .filter((customer) => stateOfCustomer[customer] === 0 && judgeGrants(grants, customer, question) === 0)
        .map((customer) => customers.nameOf(customer))
    },
    grantsOf: (technicianId) => holders.get(technicianId)?.grants ?? noGrants,
    numberOf: customers.find,
    replace(known) {
      if (known.pairs.length === 0) return
      versions.grants++
      for (const [technicianId, replacement] of byTechnician(known)) replaceOf(technicianId, replacement)
    },
    setParties({ technicians, customers: changed }) {
      if (technicians.length + changed.length === 0) return
      versions.parties++
      for (const { id, active } of technicians) holderOf(id).people = active ? 0 : TECHNICIAN_INACTIVE
      for (const { id, active } of changed) stateOfCustomer[customers.numberOf(id)] = active ? 0 : CUSTOMER_INACTIVE
    },
    versions,
    get serviceCount() {
      return services.count()
    },
  }
}

interface Replacement {
  readonly customers: string[]
  readonly rows: LiveGrantRow[]
}

function byTechnician({ pairs, grants }: Known): Map<string, Replacement> {
  const replacements = new Map<string, Replacement>()
  for (const [technicianId, customerOrgId] of pairs) {
    const known = replacements.get(technicianId)
    if (known) known.customers.push(customerOrgId)
    else replacements.set(technicianId, { customers: [customerOrgId], rows: [] })
  }
  for (const row of grants) replacements.get(row.technicianId)?.rows.push(row)
  return replacements
}

interface NamedNumbers extends Numbers {
  nameOf(number: number): string
  count(): number
}

const UNKNOWN = -1

function createNumbers(): NamedNumbers {
  const numbers = new Map<string, number>()
  const names: string[] = []
  return {
    numberOf(name) {
      const known = numbers.get(name)
      if (known !== undefined) return known
      numbers.set(name, names.length)
      return names.push(name) - 1
    },
    find: (name) => numbers.get(name) ?? UNKNOWN,
    nameOf: (number) => names[number] ?? '',
    count: () => names.length,
  }
}
