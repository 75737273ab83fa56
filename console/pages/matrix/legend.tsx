import { LevelBadge } from '../../ui/badges.tsx'
import { levels } from './model.ts'

export const Legend = () => (
  <ul className="legend" aria-label="Legend">
    {levels.map((level) => (
      <li key={level}>
        <LevelBadge level={level} />
      </li>
    ))}
    <li>
      <span className="swatch swatch-full_access mark-expiring" aria-hidden />
      expires soon
    </li>
    <li>
      <span className="swatch swatch-read_only mark-restricted" aria-hidden />
      restricted
    </li>
    <li>
      <span className="swatch swatch-full_access mark-unused" aria-hidden />
      unused
    </li>
  </ul>
)
