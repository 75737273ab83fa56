import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { HomePage } from './pages/home.tsx'
import { LostPage } from './pages/lost.tsx'
import {
  auditSearch,
  complianceSearch,
  grantSearch,
  handoffSearch,
  listSearch,
  matrixSearch,
  retentionSearch,
} from './search.ts'
import { Shell } from './shell/shell.tsx'
import { Broken } from './ui/states.tsx'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: LostPage,
  errorComponent: ({ error, reset }) => <Broken error={error} retry={reset} />,
})
const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage })
const matrix = createRoute({
  getParentRoute: () => root,
  path: '/matrix',
  validateSearch: matrixSearch,
  component: lazyRouteComponent(() => import('./pages/matrix/matrix-page.tsx'), 'MatrixPage'),
})
const customers = createRoute({
  getParentRoute: () => root,
  path: '/customers',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/customers.tsx'), 'CustomersPage'),
})
const customer = createRoute({
  getParentRoute: () => root,
  path: '/customers/$customerId',
  component: lazyRouteComponent(() => import('./pages/customer/customer-page.tsx'), 'CustomerPage'),
})
const team = createRoute({
  getParentRoute: () => root,
  path: '/team',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/people/team.tsx'), 'TeamPage'),
})
const person = createRoute({
  getParentRoute: () => root,
  path: '/people/$userId',
  component: lazyRouteComponent(() => import('./pages/people/person-page.tsx'), 'PersonPage'),
})
const grants = createRoute({
  getParentRoute: () => root,
  path: '/grants',
  validateSearch: grantSearch,
  component: lazyRouteComponent(() => import('./pages/grants/grants-page.tsx'), 'GrantsPage'),
})
const handoff = createRoute({
  getParentRoute: () => root,
  path: '/handoff',
  validateSearch: handoffSearch,
  component: lazyRouteComponent(() => import('./pages/handoff.tsx'), 'HandoffPage'),
})
const reviews = createRoute({
  getParentRoute: () => root,
  path: '/reviews',
  component: lazyRouteComponent(() => import('./pages/reviews.tsx'), 'ReviewsPage'),
})
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
})
const compliance = createRoute({
  getParentRoute: () => root,
  path: '/compliance',
  validateSearch: complianceSearch,
  component: lazyRouteComponent(() => import('./pages/compliance/compliance-page.tsx'), 'CompliancePage'),
})
const retention = createRoute({
  getParentRoute: () => root,
  path: '/retention',
  validateSearch: retentionSearch,
  component: lazyRouteComponent(() => import('./pages/retention/retention-page.tsx'), 'RetentionPage'),
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
})
const ourUsers = createRoute({
  getParentRoute: () => root,
  path: '/our-users',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/portal/our-users.tsx'), 'OurUsersPage'),
})
const ourTrail = createRoute({
  getParentRoute: () => root,
  path: '/our-trail',
  component: lazyRouteComponent(() => import('./pages/portal/our-trail.tsx'), 'OurTrailPage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/portal/settings.tsx'), 'SettingsPage'),
})

const tree = root.addChildren([
  home,
  matrix,
  customers,
  customer,
  team,
  person,
  grants,
  handoff,
  reviews,
  audit,
  compliance,
  retention,
  account,
  ourUsers,
  ourTrail,
  settings,
])

export const makeRouter = () =>
  createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: false, defaultPendingMs: 200 })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
