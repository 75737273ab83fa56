import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core'
import { Icon } from '../ui/icons.tsx'

const next = { auto: 'light', light: 'dark', dark: 'auto' } as const
const words = { auto: 'Colours as the system has them', light: 'Light colours', dark: 'Dark colours' } as const
const icons = { auto: 'system', light: 'sun', dark: 'moon' } as const

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const label = `${words[colorScheme]}. Change`
  return (
    <Tooltip label={words[colorScheme]}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        onClick={() => setColorScheme(next[colorScheme])}
      >
        <Icon name={icons[colorScheme]} />
      </ActionIcon>
    </Tooltip>
  )
}
