import type { House } from '../app.ts'
import { accessManagement } from './access-management.ts'
import { authentication, wellKnown } from './auth.ts'
import type { Endpoint } from './endpoint.ts'
import { audit } from './audit.ts'
import { auditIntegrity, trailKey } from './audit-integrity.ts'
import { auditRetention } from './audit-retention.ts'
import { notifications } from './notifications.ts'
import { operations } from './operations.ts'
import { organizations } from './organizations.ts'
import { technicianAccess } from './technician-access.ts'
import { users } from './users.ts'

interface Door {
  readonly prefix: string
  /** Its name in the API's description. */
  readonly tag: string
  readonly endpoints: readonly Endpoint[]
  /** Whether its endpoints read and set cookies. */
  readonly cookies?: true
}

/** Every way in by HTTP. */
export const doors = (house: House): readonly Door[] => [
  { prefix: '/api/auth', tag: 'auth', endpoints: authentication, cookies: true },
  { prefix: '', tag: 'auth', endpoints: wellKnown },
  { prefix: '/api/organizations', tag: 'organizations', endpoints: organizations },
  { prefix: '/api/users', tag: 'users', endpoints: users },
  { prefix: '/api/technician-access', tag: 'technician-access', endpoints: technicianAccess },
  { prefix: '/api/access-management', tag: 'access-management', endpoints: accessManagement },
  { prefix: '/api/audit', tag: 'audit', endpoints: [...audit, ...auditIntegrity, ...auditRetention] },
  { prefix: '', tag: 'audit', endpoints: trailKey },
  { prefix: '/api/notifications', tag: 'notifications', endpoints: notifications },
  { prefix: '', tag: 'operations', endpoints: operations(house) },
]
