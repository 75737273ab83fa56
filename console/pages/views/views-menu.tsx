import { Button, CopyButton, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../../api/client.ts'
import { viewsQuery } from '../../api/queries.ts'
import { Icon } from '../../ui/icons.tsx'
import { SaveViewDialog } from './save-view.tsx'
import { SavedViewsDialog } from './saved-views.tsx'

export type ViewPage = Schemas['SavedView']['page']

export interface UsualView {
  name: string
  query: string
}

interface ViewsMenuProps {
  page: ViewPage
  /** What everybody has. */
  usual?: readonly UsualView[]
}

/** Filters under a name: those that everybody has, and one's own. The server keeps them, as the browser keeps nothing. */
export function ViewsMenu({ page, usual = [] }: ViewsMenuProps) {
  const router = useRouter()
  const now = useRouterState({ select: ({ location }) => filtersOf(location.searchStr) })
  const [dialog, setDialog] = useState<'save' | 'edit' | null>(null)
  const views = useQuery(viewsQuery)
  const own = views.data?.filter((one) => one.page === page) ?? []
  const item = ({ name, query }: UsualView) => (
    <Menu.Item
      key={`${name} ${query}`}
      aria-current={query === now || undefined}
      rightSection={query === now ? <Icon name="check" size={14} /> : undefined}
      onClick={() => router.history.push(`/${page}${query && `?${query}`}`)}
    >
      <span className="view-name">{name}</span>
    </Menu.Item>
  )
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Icon name="bookmark" size={16} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="views-menu">
          {own.length > 0 && <Menu.Label>Yours</Menu.Label>}
          {own.map(item)}
          {views.isError && <Menu.Label>Your own could not be loaded</Menu.Label>}
          {views.isError && (
            <Menu.Item closeMenuOnClick={false} onClick={() => void views.refetch()}>
              Try again
            </Menu.Item>
          )}
          {usual.length > 0 && <Menu.Label>For everybody</Menu.Label>}
          {usual.map(item)}
          {own.length + usual.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setDialog('save')}>Save this view…</Menu.Item>
          {own.length > 0 && <Menu.Item onClick={() => setDialog('edit')}>Delete saved views…</Menu.Item>}
          <CopyButton value={location.href}>
            {({ copied, copy }) => (
              <Menu.Item closeMenuOnClick={false} onClick={copy}>
                {copied ? 'Copied' : 'Copy a link to it'}
              </Menu.Item>
            )}
          </CopyButton>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'save' && <SaveViewDialog page={page} query={now} close={() => setDialog(null)} />}
      {dialog === 'edit' && <SavedViewsDialog page={page} close={() => setDialog(null)} />}
    </>
  )
}

/** Not what is open at the moment, nor how far somebody has turned the pages. */
function filtersOf(address: string): string {
  const filters = new URLSearchParams(address)
  for (const passing of ['event', 'cell', 'page']) filters.delete(passing)
  return filters.toString()
}
