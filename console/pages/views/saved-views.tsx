import { Button, Group } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { viewsQuery } from '../../api/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { notice, tellFault } from '../../ui/notice.ts'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import type { ViewPage } from './views-menu.tsx'

/** One's own on a page, to be taken away. */
export function SavedViewsDialog({ page, close }: { page: ViewPage; close: () => void }) {
  const queries = useQueryClient()
  const views = useQuery(viewsQuery)
  const frame = useRef<HTMLDivElement>(null)
  const remove = useMutation({
    mutationFn: ({ id }: Schemas['SavedView']) =>
      ask(api.DELETE('/api/users/profile/views/{viewId}', { params: { path: { viewId: id } } })),
    onSuccess: async (_, { name }) => {
      await queries.invalidateQueries({ queryKey: ['views'] })
      notice(`“${name}” is deleted.`)
      // The button that had the focus is gone.
      frame.current?.focus()
    },
    onError: tellFault,
  })
  return (
    <Dialog title="Saved views" close={close} size="md">
      <div ref={frame} tabIndex={-1} className="form">
        <Awaited of={views}>
          {(all) => {
            const own = all.filter((one) => one.page === page)
            return own.length === 0 ? (
              <Nothing title="Nothing is saved here any more" />
            ) : (
              <ul className="plain-list saved-views" aria-label="Saved views">
                {own.map((one) => (
                  <li key={one.id}>
                    <span>
                      <strong className="view-name">{one.name}</strong>
                      <span className="dim">
                        Saved <When at={one.createdAt} relative />
                      </span>
                    </span>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Delete ${one.name}`}
                      loading={remove.isPending && remove.variables.id === one.id}
                      onClick={() => remove.mutate(one)}
                    >
                      Delete
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }}
        </Awaited>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Done
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
