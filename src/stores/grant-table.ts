import { compileGrants, customerAt, noGrants, replaceGrants } from '../policy/compiled-grants.ts'
import type { CompiledGrants } from '../policy/compiled-grants.ts'
import { createRestrictions } from '../policy/compiled-restrictions.ts'
import { CUSTOMER_INACTIVE, judgeGrants, TECHNICIAN_INACTIVE } from '../policy/judge-grants.ts'
import type { AccessAsked, Refusals } from '../policy/judge-grants.ts'
import { createNumbers } from '../policy/numbers.ts'
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
  /** How many different restrictions were ever seen; those that no grant has any more are only forgotten with the table. */
  readonly restrictionCount: number
}

interface Holder {
  grants: CompiledGrants
  people: Refusals
}

const NOBODY: Holder = { grants: noGrants, people: TECHNICIAN_INACTIVE }

export function createGrantTable(): GrantTable {
  const holders = new Map<string, Holder>()
  const customers = createNumbers()
  const restrictions = createRestrictions()
  let stateOfCustomer = new Uint16Array(1024).fill(CUSTOMER_INACTIVE)
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
    const by = compileGrants(rows, { customers, restrictions })
    holder.grants = replaceGrants(holder.grants, new Set(given.map(customers.numberOf)), by)
  }

  function setState(customer: number, state: Refusals): void {
    if (customer >= stateOfCustomer.length) {
      const longer = new Uint16Array(2 * customer).fill(CUSTOMER_INACTIVE)
      longer.set(stateOfCustomer)
      stateOfCustomer = longer
    }
    stateOfCustomer[customer] = state
  }

  return {
    judge({ technicianId, customerOrgId }, asked) {
      const { grants, people } = holders.get(technicianId) ?? NOBODY
      const customer = customers.find(customerOrgId)
      const state = people | (stateOfCustomer[customer] ?? CUSTOMER_INACTIVE)
      return judgeGrants(grants, customer, { asked, restrictions, people: state })
    },
    reach(technicianId, asked) {
      const { grants, people } = holders.get(technicianId) ?? NOBODY
      const question = { asked, restrictions, people }
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
      for (const { id, active } of changed) setState(customers.numberOf(id), active ? 0 : CUSTOMER_INACTIVE)
    },
    versions,
    get restrictionCount() {
      return restrictions.count()
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
