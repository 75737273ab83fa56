import type { Role } from '../types/vocabulary.ts'

/**
 * How far a role's operation reaches.
 * any: whatever the caller may see · own: their organization · seen: the provider, and customers with a usable grant now ·
 * self: their own account · customers: customers only · grantee: grants made to them.
 */
export type Reach = 'any' | 'own' | 'seen' | 'self' | 'customers' | 'grantee'

/**
 * public: nobody needs to be known · account: whoever is signed in, also while they may do nothing else ·
 * enrollment: the same, and whoever is held back from signing in until they have a second factor ·
 * a row: only the roles it names, each as far as it says. What no row allows is refused.
 */
export type Rule = 'public' | 'account' | 'enrollment' | Readonly<Partial<Record<Role, readonly Reach[]>>>

interface Columns {
  SA?: Reach[]
  AM?: Reach[]
  AN?: Reach[]
  TE?: Reach[]
  CA?: Reach[]
  CM?: Reach[]
}

const any: Reach[] = ['any']
const own: Reach[] = ['own']
const self: Reach[] = ['self']
const seen: Reach[] = ['seen']
const grantee: Reach[] = ['grantee']

const row = ({ SA, AM, AN, TE, CA, CM }: Columns): Rule => ({
  ...(SA && { super_admin: SA }),
  ...(AM && { account_manager: AM }),
  ...(AN && { security_analyst: AN }),
  ...(TE && { technician: TE }),
  ...(CA && { admin: CA }),
  ...(CM && { report_viewer: CM, request_user: CM, basic_user: CM }),
})

const managers = row({ SA: any, AM: any })

/** Who may do what: the one table. Columns as in the documentation; an absent column is a no. */
export const operations = {
  'operations.probe': 'public',
  'operations.read': 'public',
  'auth.sign-in': 'public',
  'auth.sign-out': 'account',
  'auth.enroll': 'enrollment',
  'auth.step-up': 'account',
  'auth.mfa-change': row({ SA: self, AM: self, AN: self, TE: self, CA: self, CM: self }),
  'auth.account': row({ SA: self, AM: self, AN: self, TE: self, CA: self, CM: self }),

  'organizations.list': row({ SA: any, AM: any, AN: any, TE: seen }),
  'organizations.get': row({ SA: any, AM: any, AN: any, TE: seen, CA: own, CM: own }),
  'organizations.create': managers,
  'organizations.update': row({ SA: any, CA: own }),
  'organizations.delete': row({ SA: any }),
  'organizations.users': row({ SA: any, AM: any, AN: any, TE: seen, CA: own, CM: own }),
  'organizations.stats': row({ SA: any, AM: any, AN: any, TE: seen, CA: own, CM: own }),

  'users.profile': 'account',
  'users.views': row({ SA: self, AM: self, AN: self, TE: self, CA: self, CM: self }),
  'users.list': row({ SA: any, AM: any, AN: any, CA: own }),
  'users.invite': row({ SA: any, AM: ['customers'], CA: own }),
  'users.update': row({ SA: any, AM: ['customers', 'self'], AN: self, TE: self, CA: ['own', 'self'], CM: self }),
  'users.delete': row({ SA: any, CA: own }),
  'users.erase': row({ SA: any }),
  'users.manage': row({ SA: any, AM: ['customers'], CA: own }),
  'users.get': row({ SA: any, AM: any, AN: any, TE: ['self', 'seen'], CA: own, CM: self }),

  'access.matrix': row({ SA: any, AM: any, AN: any }),
  'access.own-matrix': row({ SA: any, AM: any, AN: any, TE: self }),
  'access.get': row({ SA: any, AM: any, AN: any }),
  'access.grant': managers,
  'access.update': managers,
  'access.revoke': managers,
  'access.hand-off': managers,
  'access.bulk-revoke': row({ SA: any }),
  'access.of-technician': row({ SA: any, AM: any, AN: any, TE: self }),
  'access.of-customer': row({ SA: any, AM: any, AN: any, CA: own, CM: own }),
  'access.as-of': row({ SA: any, AM: any, AN: any, TE: self, CA: own }),
  'access.matrix-as-of': row({ SA: any, AM: any, AN: any }),
  'access.check': row({ SA: any, AM: any, AN: any, TE: self, CA: own }),
  'access.summary': row({ SA: any, AM: any, AN: any }),
  'access.reviews': row({ SA: any, AM: any, AN: any }),
  'access.close-review': row({ SA: any, AM: any, AN: any }),
  'access.record': row({ SA: grantee, AN: grantee, TE: grantee }),

  'audit.search': row({ SA: any, AN: any }),
  'audit.integrity': row({ SA: any, AN: any }),
  'audit.own-integrity': row({ SA: any, AN: any, CA: own }),
  'audit.stats': row({ SA: any, AN: any }),
  'audit.export': row({ SA: any, AN: any }),
  'audit.report': row({ SA: any, AN: any }),
  'audit.cleanup': row({ SA: any }),
  'audit.cleanups': row({ SA: any, AN: any }),
  'audit.holds': row({ SA: any, AN: any }),
  'audit.place-hold': row({ SA: any }),
  'audit.release-hold': row({ SA: any }),
  'audit.activity': row({ SA: any, AM: any, AN: any, TE: self, CA: own, CM: self }),
  'audit.recent': row({ SA: any, AM: ['customers'], AN: any, TE: seen, CA: own, CM: own }),

  'notifications.own': row({ SA: self, AM: self, AN: self, TE: self, CA: self, CM: self }),
} as const satisfies Record<string, Rule>

export type Operation = keyof typeof operations

/** What a session left open is not enough for, whatever is in the body: it takes a proof of who calls that is fresh. */
export const needsFreshProof: ReadonlySet<Operation> = new Set([
  'auth.enroll',
  'auth.mfa-change',
  'users.erase',
  'access.bulk-revoke',
  'audit.export',
  'audit.cleanup',
  'audit.release-hold',
])

/** How far the role reaches with it; null when the role lacks the function altogether. */
export function reachOf(operation: Operation, role: Role): readonly Reach[] | null {
  const rule: Rule = operations[operation]
  if (typeof rule === 'string') return []
  return rule[role] ?? null
}
