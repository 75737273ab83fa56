import { Button, Group, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useMay } from '../../profile.ts'
import { counted, nameOf } from '../../words.ts'
import { BulkExtendDialog } from './bulk-extend.tsx'
import { BulkGrantDialog } from './bulk-grant.tsx'
import { BulkRevokeDialog } from './bulk-revoke.tsx'
import type { Compact, View } from './model.ts'
import type { Block } from './scene.ts'
import { selectionOf } from './selection.ts'
import type { Selection } from './selection.ts'

interface SelectionBarProps {
  matrix: Compact
  view: View
  block: Block
  /** What is over cannot be changed. */
  past: boolean
  clear: () => void
}

/** What can be done with a selected block; each shows what will happen before it does. */
export function SelectionBar({ matrix, view, block, past, clear }: SelectionBarProps) {
  const selection = useMemo(() => selectionOf(matrix, view, block), [matrix, view, block])
  return (
    <div className="selection-bar" role="region" aria-label="Selection">
      <span>
        {counted(selection.technicians.length, 'technician')} × {counted(selection.customers.length, 'customer')}:{' '}
        <strong>{counted(selection.grants, 'grant')}</strong>
      </span>
      <Group gap="xs">
        {past ? <span className="dim">To change anything, go back to now.</span> : <Acts selection={selection} />}
        <Button size="xs" variant="subtle" color="gray" onClick={clear}>
          Clear
        </Button>
      </Group>
    </div>
  )
}

function Acts({ selection }: { selection: Selection }) {
  const [open, setOpen] = useState<'grant' | 'extend' | 'revoke' | null>(null)
  const [mayGrant, mayUpdate, mayBulkRevoke, mayHandOff] = [
    useMay('access.grant'),
    useMay('access.update'),
    useMay('access.bulk-revoke'),
    useMay('access.hand-off'),
  ]
  const close = (): void => setOpen(null)
  const isBare = selection.grants === 0
  return (
    <>
      {mayGrant && (
        <Button size="xs" variant="default" disabled={selection.emptyTotal === 0} onClick={() => setOpen('grant')}>
          Grant…
        </Button>
      )}
      {mayUpdate && (
        <Button size="xs" variant="default" disabled={isBare} onClick={() => setOpen('extend')}>
          Extend…
        </Button>
      )}
      {mayHandOff && <HandOff held={selection.held} />}
      {mayBulkRevoke && (
        <Button size="xs" variant="default" className="danger" disabled={isBare} onClick={() => setOpen('revoke')}>
          Revoke…
        </Button>
      )}
      {open === 'grant' && <BulkGrantDialog selection={selection} close={close} />}
      {open === 'extend' && <BulkExtendDialog selection={selection} close={close} />}
      {open === 'revoke' && <BulkRevokeDialog selection={selection} close={close} />}
    </>
  )
}

const MOST_NAMED = 20

/** One technician's customers go to another: of several selected ones, whose is chosen first. */
function HandOff({ held }: { held: Selection['held'] }) {
  const navigate = useNavigate()
  const go = ({ technician, customerIds }: Selection['held'][number]) =>
    void navigate({ to: '/handoff', search: { from: technician.id, customers: customerIds.join('.') } })
  const [only] = held
  if (held.length < 2) {
    return (
      <Button size="xs" variant="default" disabled={!only} onClick={() => only && go(only)}>
        Hand off…
      </Button>
    )
  }
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          Hand off…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Whose?</Menu.Label>
        {held.slice(0, MOST_NAMED).map((one) => (
          <Menu.Item key={one.technician.id} onClick={() => go(one)}>
            {nameOf(one.technician)} <span className="dim">{counted(one.customerIds.length, 'customer')}</span>
          </Menu.Item>
        ))}
        {held.length > MOST_NAMED && <Menu.Label>Select fewer rows to see the others</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
