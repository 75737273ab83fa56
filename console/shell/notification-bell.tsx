import { ActionIcon, Button, Drawer, Indicator, Text, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { api, ask } from '../api/client.ts'
import type { Schemas } from '../api/client.ts'
import { notificationsQuery } from '../api/queries.ts'
import { Icon } from '../ui/icons.tsx'
import { tellFault } from '../ui/notice.ts'
import { Awaited, Nothing } from '../ui/states.tsx'
import { When } from '../ui/when.tsx'

/** What happened that concerns the reader; unread ones are counted on the bell. */
export function NotificationBell() {
  const [open, { open: unfold, close: fold }] = useDisclosure(false)
  const unread = useQuery(notificationsQuery({ unread: 'true', limit: '1' }))
  const count = unread.data?.total ?? 0
  return (
    <>
      <Tooltip label="Notifications">
        <Indicator disabled={count === 0} label={count > 9 ? '9+' : count} size={16} offset={5} color="red.8">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={count === 0 ? 'Notifications' : `Notifications, ${count} unread`}
            onClick={unfold}
          >
            <Icon name="bell" />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Drawer opened={open} onClose={fold} title="Notifications" size="md" closeButtonProps={{ 'aria-label': 'Close' }}>
        {open && <NotificationList close={fold} unread={count} />}
      </Drawer>
    </>
  )
}

function NotificationList({ close, unread }: { close: () => void; unread: number }) {
  const router = useRouter()
  const queries = useQueryClient()
  const list = useQuery(notificationsQuery({ limit: '50' }))
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['notifications'] })
  const readAll = useMutation({
    mutationFn: () => ask(api.POST('/api/notifications/read-all')),
    onSuccess: renew,
    onError: tellFault,
  })
  const read = useMutation({
    mutationFn: (id: string) => ask(api.POST('/api/notifications/{id}/read', { params: { path: { id } } })),
    onSuccess: renew,
  })
  const follow = (one: Schemas['Notification']): void => {
    if (!one.readAt) read.mutate(one.id)
    if (!one.link) return
    router.history.push(one.link)
    close()
  }
  return (
    <Awaited of={list}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing title="Nothing yet">What concerns you is told here and by mail.</Nothing>
        ) : (
          <>
            {unread > 0 && (
              <Button size="xs" variant="default" mb="sm" loading={readAll.isPending} onClick={() => readAll.mutate()}>
                Mark all as read
              </Button>
            )}
            <ul className="notes">
              {items.map((one) => (
                <li key={one.id} className={one.readAt ? undefined : 'unread'}>
                  <button type="button" onClick={() => follow(one)}>
                    <strong>{one.title}</strong>
                    <span className="note-body">{one.body}</span>
                    <Text size="xs" c="dimmed" component="span">
                      <When at={one.createdAt} relative />
                    </Text>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Awaited>
  )
}
