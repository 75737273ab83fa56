import { Kbd, UnstyledButton } from '@mantine/core'
import { openSpotlight } from '@mantine/spotlight'
import { Icon } from '../ui/icons.tsx'

export const PaletteButton = () => (
  <UnstyledButton className="palette-button" onClick={openSpotlight} aria-keyshortcuts="Control+K">
    <Icon name="search" size={16} />
    <span>Find a customer, a person, a page…</span>
    <Kbd className="palette-key">Ctrl K</Kbd>
  </UnstyledButton>
)
