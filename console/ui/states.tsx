import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { messageOf } from '../words.ts'

/** Shown while the first answer is on its way; says so to those who do not see it. */
export const Waiting = ({ rows = 4, what = 'Loading' }: { rows?: number; what?: string }) => (
  <Stack gap="sm" role="status" aria-label={what}>
    {Array.from({ length: rows }, (_, row) => (
      <Skeleton key={row} height={row === 0 ? 28 : 20} width={row === 0 ? '40%' : '100%'} radius="sm" />
    ))}
  </Stack>
)

export const Broken = ({ error, retry }: { error: unknown; retry?: () => unknown }) => (
  <Alert color="red" title="This did not work" role="alert" variant="light">
    <Text size="sm">{messageOf(error)}</Text>
    {retry && (
      <Button size="xs" variant="default" mt="sm" onClick={() => void retry()}>
        Try again
      </Button>
    )}
  </Alert>
)

export const Nothing = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="nothing">
    <Text fw={600}>{title}</Text>
    {children && (
      <Text size="sm" c="dimmed" component="div" mt={4}>
        {children}
      </Text>
    )}
  </div>
)

interface Asked<T> {
  data: T | undefined
  error: unknown
  refetch: () => unknown
}

/** What was asked for once it is there; the wait and the fault before. */
export function Awaited<T>({ of, children, rows }: { of: Asked<T>; children: (data: T) => ReactNode; rows?: number }) {
  if (of.data !== undefined) return children(of.data)
  if (of.error) return <Broken error={of.error} retry={of.refetch} />
  return <Waiting {...(rows !== undefined && { rows })} />
}
