import { ActionIcon, Drawer, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useProfile } from '../profile.ts'
import { Icon, Keep } from '../ui/icons.tsx'
import { Navigation } from './navigation.tsx'
import { NotificationBell } from './notification-bell.tsx'
import { Palette } from './palette.tsx'
import { PaletteButton } from './palette-button.tsx'
import { SchemeSwitch } from './scheme-switch.tsx'

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  const { organization } = useProfile()
  const [open, { open: unfold, close: fold }] = useDisclosure(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  useEffect(fold, [path, fold])
  return (
    <div className="shell">
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <aside className="shell-side">
        <Brand name={organization.name} />
        <Navigation />
      </aside>
      <div className="shell-body">
        <header className="shell-top">
          <ActionIcon variant="subtle" color="gray" className="shell-menu" aria-label="Menu" onClick={unfold} size="lg">
            <Icon name="menu" />
          </ActionIcon>
          <PaletteButton />
          <div className="shell-tools">
            <SchemeSwitch />
            <NotificationBell />
          </div>
        </header>
        <main id="content" className="shell-main">
          <Outlet />
        </main>
      </div>
      <Drawer
        opened={open}
        onClose={fold}
        title="Menu"
        position="left"
        size={280}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Navigation />
      </Drawer>
      <Palette />
    </div>
  )
}

const Brand = ({ name }: { name: string }) => (
  <div className="brand">
    <span className="brand-mark">
      <Keep size={22} />
    </span>
    <div className="brand-words">
      <strong>Castellan</strong>
      <Tooltip label={name}>
        <span>{name}</span>
      </Tooltip>
    </div>
  </div>
)
