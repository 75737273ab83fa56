type Search = Record<string, unknown>
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
const among = <const T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((one) => one === value)
const page = (value: unknown): number | undefined =>
  Number.isInteger(Number(value)) && Number(value) > 1 ? Number(value) : undefined

const optional = <T extends object>(search: T): Partial<T> =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as Partial<T>

/** The filters of a list as they stand in the address; what is not known is dropped. */
export const listSearch = (search: Search) =>
  optional({
    search: text(search['search']),
    status: text(search['status']),
    role: text(search['role']),
    sort: text(search['sort']),
    page: page(search['page']),
  })

const levels = ['read_only', 'full_access', 'emergency'] as const
const orders = ['-name', '-grants', 'grants'] as const
const groups = ['kind', 'level'] as const
const instant = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined

export const matrixSearch = (search: Search) =>
  optional({
    search: text(search['search']),
    level: among(levels, search['level']),
    mark: among(['expiring', 'restricted', 'unused'] as const, search['mark']),
    rows: among(orders, search['rows']),
    rowGroup: among(groups, search['rowGroup']),
    role: among(['technician', 'security_analyst', 'super_admin'] as const, search['role']),
    columns: among(orders, search['columns']),
    columnGroup: among(groups, search['columnGroup']),
    status: among(['active', 'suspended', 'deleted'] as const, search['status']),
    hide: among(['empty'] as const, search['hide']),
    size: among(['overview', 'dots', 'tiny', 'small', 'large'] as const, search['size']),
    /** The matrix as it was then. */
    at: instant(search['at']),
    cell: text(search['cell']),
  })

export type MatrixSearch = ReturnType<typeof matrixSearch>

export const spans = ['24h', '7d', '30d', '90d', '1y'] as const
export type Span = (typeof spans)[number]

export const auditSearch = (search: Search) =>
  optional({
    last: among(spans, search['last']),
    organizationId: text(search['organizationId']),
    userId: text(search['userId']),
    action: text(search['action']),
    category: text(search['category']),
    outcome: text(search['outcome']),
    riskLevel: text(search['riskLevel']),
    resourceType: text(search['resourceType']),
    resourceId: text(search['resourceId']),
    ipAddress: text(search['ipAddress']),
    search: text(search['search']),
    from: text(search['from']),
    to: text(search['to']),
    event: text(search['event']),
  })

export const frameworks = ['soc2', 'iso27001', 'hipaa', 'pci_dss', 'gdpr', 'nis2'] as const
export type FrameworkId = (typeof frameworks)[number]
export const controlStatuses = ['exceptions', 'not_evidenced', 'met', 'manual'] as const
const date = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined

export const complianceSearch = (search: Search) =>
  optional({
    framework: among(frameworks, search['framework']),
    from: date(search['from']),
    to: date(search['to']),
    organizationId: text(search['organizationId']),
    status: among(controlStatuses, search['status']),
  })
export type ComplianceSearch = ReturnType<typeof complianceSearch>

export const retentionSearch = (search: Search) =>
  optional({
    holds: among(['active', 'released'] as const, search['holds']),
    page: page(search['page']),
  })

export const grantSearch = (search: Search) =>
  optional({
    technicianId: text(search['technicianId']),
    customerId: text(search['customerId']),
    status: text(search['status']),
    page: page(search['page']),
  })

export const handoffSearch = (search: Search) =>
  optional({ from: text(search['from']), customers: text(search['customers']) })

export type AuditSearch = ReturnType<typeof auditSearch>
