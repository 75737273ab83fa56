import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { auditStatsQuery, cleanupsQuery, integrityQuery } from '../../api/queries.ts'
import type { Schemas } from '../../api/client.ts'
import { useMay, useProfile } from '../../profile.ts'
import type { AuditSearch } from '../../search.ts'
import type { IconName } from '../../ui/icons.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { counted } from '../../words.ts'
import { stateOf } from '../audit/trail-state.ts'

export interface Need {
  icon: IconName
  words: string
  help: ReactNode
  urgent?: boolean
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** People mistype; more than this in a day is worth a look. */
const USUAL_FAILURES = 5

/** What the trail says that somebody should look at, for those who read it. */
export function useAlarms(): { needs: Need[]; pending: boolean } {
  const seesTrail = useMay('audit.stats')
  const [since] = useState(() => new Date(Math.floor((Date.now() - DAY_MS) / HOUR_MS) * HOUR_MS).toISOString())
  const day = useQuery({ ...auditStatsQuery({ from: since, interval: 'hour' }), enabled: seesTrail })
  const integrity = useQuery({ ...integrityQuery, enabled: useMay('audit.integrity') })
  const cleanups = useQuery({
    ...cleanupsQuery({ status: 'awaiting_approval', limit: '100' }),
    enabled: useMay('audit.cleanup'),
  })
  const { id } = useProfile()
  const needs = [
    ...ofCleanups(cleanups.data?.items.filter(({ requestedBy }) => requestedBy !== id).length ?? 0),
    ...(integrity.data ? ofTrail(integrity.data) : []),
    ...(day.data ? ofDay(day.data) : []),
  ]
  return { needs, pending: seesTrail && (day.isLoading || integrity.isLoading) }
}

const ofCleanups = (waiting: number): Need[] =>
  waiting === 0
    ? []
    : [
        {
          icon: 'retention',
          words: `${counted(waiting, 'removal')} of old events to approve`,
          help: (
            <LinkButton to="/retention" size="compact-sm" variant="default">
              Look at it
            </LinkButton>
          ),
        },
      ]

const look = (search: AuditSearch): ReactNode => (
  <LinkButton to="/audit" search={search} size="compact-sm" variant="default">
    Look at them
  </LinkButton>
)

function ofTrail(integrity: Schemas['TrailIntegrity']): Need[] {
  const { tone, words } = stateOf(integrity)
  if (tone === 'good') return []
  return [
    {
      icon: 'shield',
      words,
      urgent: tone === 'bad',
      help: (
        <LinkButton to="/audit" size="compact-sm" variant="default">
          See why
        </LinkButton>
      ),
    },
  ]
}

function ofDay({ byRiskLevel, failedLogins }: Schemas['AuditStats']): Need[] {
  const critical = byRiskLevel['critical'] ?? 0
  return [
    ...(critical > 0
      ? [
          {
            icon: 'emergency' as const,
            words: `${counted(critical, 'critical event')} in 24 hours`,
            urgent: true,
            help: look({ riskLevel: 'critical', last: '24h' }),
          },
        ]
      : []),
    ...(failedLogins > USUAL_FAILURES
      ? [
          {
            icon: 'lock' as const,
            words: `${counted(failedLogins, 'failed sign-in')} in 24 hours`,
            help: look({ action: 'auth.login_failed', last: '24h' }),
          },
        ]
      : []),
  ]
}
