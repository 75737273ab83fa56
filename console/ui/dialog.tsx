import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'

interface DialogProps {
  title: string
  close: () => void
  children: ReactNode
  size?: string
}

/** Takes the focus, keeps it, and gives it back. */
export const Dialog = ({ title, close, children, size = 'lg' }: DialogProps) => (
  <Modal opened onClose={close} title={title} size={size} closeButtonProps={{ 'aria-label': 'Close' }}>
    {children}
  </Modal>
)
