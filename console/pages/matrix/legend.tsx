import { LevelBadge } from '../../ui/badges.tsx'
import { levels } from './axis.ts'

export const Legend = ({ past }: { past: boolean }) => (
  <ul className="legend" aria-label="Legend">
    {levels.map((level) => (
      <li key={level}>
        <LevelBadge level={level} />
      </li>
    ))}
    <li>
      <span className="swatch swatch-full_access mark-expiring" aria-hidden />
      {past ? 'was to expire soon' : 'expires soon'}
    </li>
    <li>
      <span className="swatch swatch-read_only mark-restricted" aria-hidden />
      restricted
    </li>
    {!past && (
      <li>
        <span className="swatch swatch-full_access mark-unused" aria-hidden />
        unused
      </li>
    )}
  </ul>
)
