import { Button, Group } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useMay } from '../../profile.ts'
import { LinkButton } from '../../ui/link-button.tsx'
import { counted } from '../../words.ts'
import { BulkExtendDialog, BulkGrantDialog, BulkRevokeDialog } from './bulk-dialogs.tsx'
import type { Compact, View } from './model.ts'
import type { Block } from './paint.ts'
import { selectionOf } from './selection.ts'

interface SelectionBarProps {
  matrix: Compact
  view: View
  block: Block
  clear: () => void
}

/** What can be done with a selected block; each shows what will happen before it does. */
export function SelectionBar({ matrix, view, block, clear }: SelectionBarProps) {
  const selection = useMemo(() => selectionOf(matrix, view, block), [matrix, view, block])
  const [open, setOpen] = useState<'grant' | 'extend' | 'revoke' | null>(null)
  const [mayGrant, mayUpdate, mayBulkRevoke, mayHandOff] = [
    useMay('access.grant'),
    useMay('access.update'),
    useMay('access.bulk-revoke'),
    useMay('access.hand-off'),
  ]
  const close = (): void => setOpen(null)
  const only = selection.technicians.length === 1 ? selection.technicians[0] : undefined
  return (
    <div className="selection-bar" role="region" aria-label="Selection">
      <span>
        {counted(selection.technicians.length, 'technician')} × {counted(selection.customers.length, 'customer')}:{' '}
        <strong>{counted(selection.grants, 'grant')}</strong>
      </span>
      <Group gap="xs">
        {mayGrant && (
          <Button size="xs" variant="default" disabled={selection.empty.length === 0} onClick={() => setOpen('grant')}>
            Grant…
          </Button>
        )}
        {mayUpdate && (
          <Button size="xs" variant="default" disabled={selection.grants === 0} onClick={() => setOpen('extend')}>
            Extend…
          </Button>
        )}
        {mayHandOff && only && (
          <LinkButton size="xs" variant="default" to="/handoff" search={{ from: only.id }}>
            Hand off…
          </LinkButton>
        )}
        {mayBulkRevoke && (
          <Button
            size="xs"
            variant="default"
            className="danger"
            disabled={selection.grants === 0}
            onClick={() => setOpen('revoke')}
          >
            Revoke…
          </Button>
        )}
        <Button size="xs" variant="subtle" color="gray" onClick={clear}>
          Clear
        </Button>
      </Group>
      {open === 'grant' && <BulkGrantDialog selection={selection} close={close} />}
      {open === 'extend' && <BulkExtendDialog selection={selection} close={close} />}
      {open === 'revoke' && <BulkRevokeDialog selection={selection} close={close} />}
    </div>
  )
}
