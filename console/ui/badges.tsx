import { Badge } from '@mantine/core'
import { levelNames, statusNames } from '../words.ts'
import type { Level } from '../words.ts'

const tones: Readonly<Record<string, string>> = {
  active: 'good',
  success: 'good',
  low: 'plain',
  invited: 'calm',
  scheduled: 'calm',
  medium: 'warm',
  suspended: 'warm',
  failure: 'warm',
  high: 'hot',
  denied: 'hot',
  critical: 'bad',
  revoked: 'plain',
  expired: 'plain',
  awaiting_approval: 'warm',
  approved: 'plain',
  deleted: 'plain',
}

export const StatusBadge = ({ status }: { status: string }) => (
  <Badge variant="default" radius="sm" className={`tone tone-${tones[status] ?? 'plain'}`} tt="none">
    {statusNames[status] ?? status.charAt(0).toUpperCase() + status.slice(1)}
  </Badge>
)

/** A level by colour, by pattern and in words. */
export const LevelBadge = ({ level }: { level: Level }) => (
  <span className="level">
    <span className={`swatch swatch-${level}`} aria-hidden />
    {levelNames[level]}
  </span>
)
