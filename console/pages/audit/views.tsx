import { Button, CopyButton, Menu } from '@mantine/core'
import type { AuditSearch } from '../../search.ts'
import { Icon } from '../../ui/icons.tsx'

interface View {
  name: string
  search: AuditSearch
}

/** What is asked for again and again. One's own are bookmarks: an address holds all of a filter, and nothing is kept here. */
const views: readonly View[] = [
  { name: 'Failed sign-ins, 24 hours', search: { action: 'auth.login_failed', last: '24h' } },
  { name: 'Refused, 7 days', search: { outcome: 'denied', last: '7d' } },
  { name: 'Critical, 90 days', search: { riskLevel: 'critical', last: '90d' } },
  { name: 'Access given, 7 days', search: { action: 'access.granted', last: '7d' } },
  { name: 'Access used, 24 hours', search: { action: 'access.used', last: '24h' } },
  { name: 'Around the application, 1 year', search: { action: 'database.row_changed', last: '1y' } },
  { name: 'Exports and reports, 90 days', search: { category: 'audit', last: '90d' } },
]

export const ViewsMenu = ({ open }: { open: (search: AuditSearch) => void }) => (
  <Menu position="bottom-end">
    <Menu.Target>
      <Button variant="default" leftSection={<Icon name="search" size={16} />}>
        Views
      </Button>
    </Menu.Target>
    <Menu.Dropdown>
      {views.map(({ name, search }) => (
        <Menu.Item key={name} onClick={() => open(search)}>
          {name}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <CopyButton value={location.href}>
        {({ copied, copy }) => (
          <Menu.Item closeMenuOnClick={false} onClick={copy}>
            {copied ? 'Copied' : 'Copy a link to what is shown now'}
          </Menu.Item>
        )}
      </CopyButton>
    </Menu.Dropdown>
  </Menu>
)
