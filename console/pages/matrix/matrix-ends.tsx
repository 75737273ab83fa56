import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import { Icon } from '../../ui/icons.tsx'

interface MatrixEndsProps {
  zoom: { by: (step: 1 | -1) => void; isLeast: boolean; isMost: boolean }
  onCsv: () => void
  onPicture: () => void
}

/** Closer, farther, and out. */
export const MatrixEnds = ({ zoom, onCsv, onPicture }: MatrixEndsProps) => (
  <Group gap={4}>
    <ActionIcon
      variant="default"
      size="input-xs"
      aria-label="Smaller cells"
      onClick={() => zoom.by(-1)}
      disabled={zoom.isLeast}
    >
      −
    </ActionIcon>
    <ActionIcon
      variant="default"
      size="input-xs"
      aria-label="Larger cells"
      onClick={() => zoom.by(1)}
      disabled={zoom.isMost}
    >
      +
    </ActionIcon>
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="download" size={15} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onPicture}>Picture (PNG)</Menu.Item>
        <Menu.Item onClick={onCsv}>Table (CSV)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  </Group>
)
