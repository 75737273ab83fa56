import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { destinationsOf } from '../navigation.ts'
import { useSignedIn } from '../profile.ts'
import { Icon } from '../ui/icons.tsx'
import { initialsOf, nameOf, roleNames } from '../words.ts'

export function Navigation() {
  const { profile, leave } = useSignedIn()
  const name = nameOf(profile)
  return (
    <div className="navigation">
      <nav aria-label="Pages">
        <ul>
          {destinationsOf(profile).map(({ to, label, icon }) => (
            <li key={to}>
              <Link to={to} className="nav-link" activeOptions={{ exact: to === '/', includeSearch: false }}>
                <Icon name={icon} />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="who">
        <span className="avatar" aria-hidden>
          {initialsOf(name)}
        </span>
        <div className="who-words">
          <strong>{name}</strong>
          <span>{roleNames[profile.role]}</span>
        </div>
      </div>
      <Button
        variant="subtle"
        color="gray"
        size="xs"
        className="sign-out"
        leftSection={<Icon name="out" size={15} />}
        onClick={leave}
      >
        Sign out
      </Button>
    </div>
  )
}
