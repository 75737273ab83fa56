import type { Schemas } from '../../api/client.ts'

/** How much of a grant's time has gone by; what has no end has no span. */
export function GrantSpan({
  grant: { startsAt, expiresAt },
}: {
  grant: Pick<Schemas['Grant'], 'startsAt' | 'expiresAt'>
}) {
  if (expiresAt === null) return null
  const [from, to] = [Date.parse(startsAt), Date.parse(expiresAt)]
  const gone = Math.min(1, Math.max(0, (Date.now() - from) / Math.max(1, to - from)))
  return (
    <div className={gone > 0.9 ? 'span span-ending' : 'span'} aria-hidden>
      <div style={{ width: `${(gone * 100).toFixed(1)}%` }} />
    </div>
  )
}
