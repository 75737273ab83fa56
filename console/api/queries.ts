import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ask, askTagged } from './client.ts'
import type { paths } from './schema.d.ts'

type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

/** Without what was not given: an empty parameter is a refusal, not a missing one. */
const given = <T extends object>(parameters: T): T =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '')) as T

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: () => ask(api.GET('/api/users/profile')),
})

export const customersQuery = (query: QueryOf<'/api/organizations'>) =>
  queryOptions({
    queryKey: ['organizations', 'list', query],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/organizations', { params: { query: given({ type: 'customer' as const, ...query }) }, signal })),
    placeholderData: keepPreviousData,
  })

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organizations', id],
    queryFn: ({ signal }) => askTagged(api.GET('/api/organizations/{id}', { params: { path: { id } }, signal })),
  })

export const organizationStatsQuery = (id: string) =>
  queryOptions({
    queryKey: ['organizations', id, 'stats'],
    queryFn: ({ signal }) => ask(api.GET('/api/organizations/{id}/stats', { params: { path: { id } }, signal })),
  })

export const membersQuery = (id: string, query: QueryOf<'/api/organizations/{id}/users'>) =>
  queryOptions({
    queryKey: ['users', 'of', id, query],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/organizations/{id}/users', { params: { path: { id }, query: given(query) }, signal })),
    placeholderData: keepPreviousData,
  })

export const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ['users', userId],
    queryFn: ({ signal }) => askTagged(api.GET('/api/users/{userId}', { params: { path: { userId } }, signal })),
  })

export const grantsOnCustomerQuery = (
  customerId: string,
  query: QueryOf<'/api/access-management/customer/{customerId}/technicians'>,
) =>
  queryOptions({
    queryKey: ['grants', 'on', customerId, query],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/access-management/customer/{customerId}/technicians', {
          params: { path: { customerId }, query: given(query) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const grantsOfTechnicianQuery = (
  technicianId: string,
  query: QueryOf<'/api/access-management/technician/{technicianId}'>,
) =>
  queryOptions({
    queryKey: ['grants', 'of', technicianId, query],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/access-management/technician/{technicianId}', {
          params: { path: { technicianId }, query: given(query) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const summaryQuery = queryOptions({
  queryKey: ['grants', 'summary'],
  queryFn: ({ signal }) => ask(api.GET('/api/access-management/summary', { signal })),
})

export const reviewsQuery = (query: QueryOf<'/api/access-management/reviews'>) =>
  queryOptions({
    queryKey: ['grants', 'reviews', query],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/access-management/reviews', { params: { query: given(query) }, signal })),
    placeholderData: keepPreviousData,
  })

/** The whole matrix; an unchanged one is not sent again. */
export const compactMatrixQuery = queryOptions({
  queryKey: ['grants', 'compact'],
  queryFn: async ({ signal }) => {
    const matrix = await ask(
      api.GET('/api/access-management/matrix', { params: { query: { view: 'compact' } }, signal }),
    )
    if (!('rowOffsets' in matrix)) throw new Error('The matrix came in another form than was asked for.')
    return matrix
  },
})

/** The same as it was at an instant, which does not change any more. */
export const pastMatrixQuery = (at: string) =>
  queryOptions({
    queryKey: ['past', 'matrix', at],
    queryFn: ({ signal }) => ask(api.GET('/api/access-management/as-of/matrix', { params: { query: { at } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  })

/** The grants of a person that were in force at an instant, as they were then. */
export const pastGrantsQuery = (query: QueryOf<'/api/access-management/as-of'>) =>
  queryOptions({
    queryKey: ['past', 'grants', query],
    queryFn: ({ signal }) => ask(api.GET('/api/access-management/as-of', { params: { query: given(query) }, signal })),
    staleTime: Infinity,
  })

export const checkQuery = (body: { technicianId: string; customerOrgId: string }) =>
  queryOptions({
    queryKey: ['grants', 'check', body],
    queryFn: ({ signal }) => ask(api.POST('/api/access-management/check', { body, signal })),
    staleTime: 0,
  })

export const auditStatsQuery = (query: QueryOf<'/api/audit/stats'>) =>
  queryOptions({
    queryKey: ['audit', 'stats', query],
    queryFn: ({ signal }) => ask(api.GET('/api/audit/stats', { params: { query: given(query) }, signal })),
    placeholderData: keepPreviousData,
  })

/** What the trail tells of one grant. */
export const grantEventsQuery = (accessId: string) =>
  queryOptions({
    queryKey: ['audit', 'grant', accessId],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/audit/logs', {
          params: { query: { resourceType: 'grant', resourceId: accessId, limit: '50' } },
          signal,
        }),
      ),
  })

export const integrityQuery = queryOptions({
  queryKey: ['audit', 'integrity'],
  queryFn: ({ signal }) => ask(api.GET('/api/audit/integrity', { signal })),
  staleTime: 15_000,
})

export const proofQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['audit', 'proof', eventId],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/audit/integrity/proof/{eventId}', { params: { path: { eventId } }, signal })),
  })

/** Each is on record, so it is made once for the same question, and again only when it is asked for. */
export const reportQuery = (query: QueryOf<'/api/audit/compliance/report'>) =>
  queryOptions({
    queryKey: ['report', query],
    queryFn: async ({ signal }) => {
      const { data, ...rest } = await api.GET('/api/audit/compliance/report', {
        params: { query: given({ ...query, format: 'json' as const }) },
        signal,
      })
      return ask(Promise.resolve({ ...rest, ...(typeof data === 'object' && { data }) }))
    },
    staleTime: Infinity,
    gcTime: 600_000,
    refetchOnWindowFocus: false,
  })

export const holdsQuery = (query: QueryOf<'/api/audit/holds'>) =>
  queryOptions({
    queryKey: ['audit', 'holds', query],
    queryFn: ({ signal }) => ask(api.GET('/api/audit/holds', { params: { query: given(query) }, signal })),
    placeholderData: keepPreviousData,
  })

export const cleanupsQuery = (query: QueryOf<'/api/audit/cleanup'>) =>
  queryOptions({
    queryKey: ['audit', 'cleanups', query],
    queryFn: ({ signal }) => ask(api.GET('/api/audit/cleanup', { params: { query: given(query) }, signal })),
    placeholderData: keepPreviousData,
  })

export const recentQuery = (orgId: string, limit: string) =>
  queryOptions({
    queryKey: ['audit', 'recent', orgId, limit],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/audit/organizations/{orgId}/recent', { params: { path: { orgId }, query: { limit } }, signal }),
      ),
  })

export const notificationsQuery = (query: QueryOf<'/api/notifications'>) =>
  queryOptions({
    queryKey: ['notifications', query],
    queryFn: ({ signal }) => ask(api.GET('/api/notifications', { params: { query: given(query) }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => ask(api.GET('/api/users/profile/views', { signal })),
  staleTime: 60_000,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => ask(api.GET('/api/auth/sessions', { signal })),
})

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: ({ signal }) => ask(api.GET('/api/auth/passkeys', { signal })),
})
