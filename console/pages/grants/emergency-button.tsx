import { Button } from '@mantine/core'
import { Icon } from '../../ui/icons.tsx'

export const EmergencyButton = ({ onClick }: { onClick: () => void }) => (
  <Button variant="default" className="danger" leftSection={<Icon name="emergency" size={16} />} onClick={onClick}>
    Emergency access
  </Button>
)
