import { useQueryClient } from '@tanstack/react-query'

/** After a change: whatever shows the same things is asked for again. */
export function useRenew(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await Promise.all(
      ['grants', 'organizations', 'users', 'audit', 'notifications', 'found'].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    )
  }
}
