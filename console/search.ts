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
export const matrixSearch = (search: Search) =>
  optional({
    search: text(search['search']),
    level: among(levels, search['level']),
    mark: among(['expiring', 'restricted', 'unused'] as const, search['mark']),
    rows: among(['grants'] as const, search['rows']),
    columns: among(['grants'] as const, search['columns']),
    size: among(['small', 'large'] as const, search['size']),
    cell: text(search['cell']),
  })

export const auditSearch = (search: Search) =>
  optional({
    organizationId: text(search['organizationId']),
    userId: text(search['userId']),
    action: text(search['action']),
    category: text(search['category']),
    outcome: text(search['outcome']),
    riskLevel: text(search['riskLevel']),
    search: text(search['search']),
    from: text(search['from']),
    to: text(search['to']),
    event: text(search['event']),
  })

export const grantSearch = (search: Search) =>
  optional({
    technicianId: text(search['technicianId']),
    customerId: text(search['customerId']),
    status: text(search['status']),
    page: page(search['page']),
  })

export const handoffSearch = (search: Search) => optional({ from: text(search['from']) })

export type AuditSearch = ReturnType<typeof auditSearch>
