import { ActionIcon, Button, Drawer, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { isProvider, useMay, useProfile } from '../../profile.ts'
import { restrictionsOf } from '../../restrictions.ts'
import { LevelBadge, StatusBadge } from '../../ui/badges.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Icon } from '../../ui/icons.tsx'
import { When } from '../../ui/when.tsx'
import { nameOf } from '../../words.ts'
import { EditGrantDialog } from './edit-dialog.tsx'
import { PairView } from './grant-view.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'

type Grant = Schemas['Grant']

interface GrantTableProps {
  label: string
  page: { items: readonly Grant[]; total: number; page: number; totalPages: number }
  /** Which end of the grants the list does not name, because it stands above it. */
  without: 'technician' | 'customer' | null
  sort?: string
  onSort?: (sort: string) => void
  onPage: (page: number) => void
  empty: string
  busy?: boolean
  /** What each was used for last, by its id. */
  uses?: ReadonlyMap<string, string> | undefined
}

type Open = { what: 'edit' | 'revoke' | 'view'; grant: Grant } | null

export function GrantTable({ without, uses, ...list }: GrantTableProps) {
  const isStaff = isProvider(useProfile())
  const [open, setOpen] = useState<Open>(null)
  const [mayUpdate, mayRevoke] = [useMay('access.update'), useMay('access.revoke')]
  const columns = useMemo(
    () =>
      columnsOf({
        without,
        isStaff,
        uses,
        actions: (grant) => <Actions grant={grant} open={setOpen} may={{ mayUpdate, mayRevoke }} />,
        open: setOpen,
      }),
    [without, isStaff, uses, mayUpdate, mayRevoke],
  )
  const close = (): void => setOpen(null)
  return (
    <>
      <DataTable columns={columns} {...list} />
      {open?.what === 'edit' && <EditGrantDialog grant={open.grant} close={close} />}
      {open?.what === 'revoke' && (
        <RevokeDialog
          accessId={open.grant.id}
          technician={nameOf(open.grant.technician)}
          customer={open.grant.customer.name}
          close={close}
        />
      )}
      <Drawer
        opened={open?.what === 'view'}
        onClose={close}
        size="md"
        title={open && `${nameOf(open.grant.technician)} → ${open.grant.customer.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open?.what === 'view' && <PairView technician={open.grant.technician} customer={open.grant.customer} />}
      </Drawer>
    </>
  )
}

interface ActionsProps {
  grant: Grant
  open: (what: Open) => void
  may: { mayUpdate: boolean; mayRevoke: boolean }
}

function Actions({ grant, open, may: { mayUpdate, mayRevoke } }: ActionsProps) {
  const isLive = grant.status === 'active' || grant.status === 'scheduled'
  const between = `${nameOf(grant.technician)}’s access to ${grant.customer.name}`
  if (!isLive || (!mayUpdate && !mayRevoke)) return null
  return (
    <div className="row-actions">
      {mayRevoke && (
        <Button
          size="compact-sm"
          variant="subtle"
          className="danger"
          aria-label={`Revoke ${between}`}
          onClick={() => open({ what: 'revoke', grant })}
        >
          Revoke
        </Button>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More about ${between}`}>
            <Icon name="down" size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open({ what: 'view', grant })}>Details and history</Menu.Item>
          {mayUpdate && <Menu.Item onClick={() => open({ what: 'edit', grant })}>Edit</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

interface ColumnsInput extends Pick<GrantTableProps, 'without' | 'uses'> {
  /** Members of a customer have no page of who reaches them. */
  isStaff: boolean
  actions: (grant: Grant) => React.ReactNode
  open: (what: Open) => void
}

function columnsOf({ without, isStaff, uses, actions, open }: ColumnsInput): Column<Grant>[] {
  return [
    ...(without === 'technician'
      ? []
      : [
          {
            id: 'technician',
            header: 'Who',
            cell: ({ technician }: Grant) =>
              isStaff ? (
                <Link to="/people/$userId" params={{ userId: technician.id }} className="strong-link">
                  {nameOf(technician)}
                </Link>
              ) : (
                <strong>{nameOf(technician)}</strong>
              ),
          },
        ]),
    ...(without === 'customer'
      ? []
      : [
          {
            id: 'customer',
            header: 'Customer',
            cell: ({ customer }: Grant) => (
              <Link to="/customers/$customerId" params={{ customerId: customer.id }} className="strong-link">
                {customer.name}
              </Link>
            ),
          },
        ]),
    { id: 'level', header: 'Level', cell: ({ accessLevel }) => <LevelBadge level={accessLevel} /> },
    { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    {
      id: 'until',
      header: 'Until',
      sort: 'expiresAt',
      cell: ({ status, revokedAt, expiresAt, accessLevel }) =>
        status === 'revoked' ? (
          <When at={revokedAt} />
        ) : expiresAt && status === 'active' && accessLevel === 'emergency' ? (
          <Countdown to={expiresAt} />
        ) : expiresAt ? (
          <When at={expiresAt} />
        ) : (
          <span className="dim">no end</span>
        ),
    },
    {
      id: 'used',
      header: 'Last used',
      sort: 'lastUsedAt',
      cell: ({ id, lastUsedAt }) => (
        <>
          <When at={lastUsedAt} relative />
          {uses?.has(id) && <p className="dim last-use">{uses.get(id)}</p>}
        </>
      ),
    },
    {
      id: 'limits',
      header: 'Limits',
      cell: (grant) => {
        const limits = restrictionsOf(grant)
        return limits.length === 0 ? (
          <span className="dim">none</span>
        ) : (
          <button type="button" className="plain limits" onClick={() => open({ what: 'view', grant })}>
            {limits.map((limit) => (
              <span key={limit}>{limit}</span>
            ))}
          </button>
        )
      },
    },
    { id: 'actions', header: '', cell: actions },
  ]
}
