import { Button } from '@mantine/core'
import { useWindowScroll } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { Icon } from '../../ui/icons.tsx'
import { Awaited, Nothing } from '../../ui/states.tsx'
import { counted, inFigures } from '../../words.ts'
import { EventList } from './event-list.tsx'
import { asQuery } from './filter.ts'
import type { Change, Filter } from './filter.ts'
import { spanNames, USUAL_SPAN } from './period.ts'
import type { Period } from './period.ts'
import { MOST_FRESH, useTail } from './use-tail.ts'
import type { AuditSearch } from '../../search.ts'

type Event = Schemas['AuditEvent']
const PAGE = '50'
/** Further down than this, what is new waits until it is asked for: nothing moves under the eyes of who reads. */
const TOP_PX = 400

interface EventsProps {
  filter: Filter
  period: Period
  search: AuditSearch
  change: Change
  show: (event: Event) => void
  /** The event that the address names is in the list. */
  found: (event: Event) => void
}

export function Events({ filter, period, search, change, show, found }: EventsProps) {
  const list = useWalk(filter, period)
  const walked = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const [live, setLive] = useState(false)
  const tail = useTail(filter, walked, live && list.data !== undefined && period.to === undefined)
  const [{ y }, scrollTo] = useWindowScroll()
  const [taken, setTaken] = useState(0)
  const isFull = tail.fresh.length >= MOST_FRESH
  const showing = y <= TOP_PX ? tail.fresh.length : Math.min(taken, tail.fresh.length)
  const waiting = tail.fresh.length - showing
  if (y <= TOP_PX && taken !== tail.fresh.length) setTaken(tail.fresh.length)
  const events = useMemo(
    () => joined(tail.fresh.slice(tail.fresh.length - showing), walked),
    [tail.fresh, showing, walked],
  )
  const named = walked.find(({ id }) => id === search.event)
  useEffect(() => {
    if (named) found(named)
  }, [named?.id])
  return (
    <Awaited of={list} rows={8}>
      {({ pages }) => {
        const [first] = pages
        return (
          <>
            <div className="events-head">
              <p className="dim">
                {first && `${first.totalIsCapped ? 'More than ' : ''}${counted(first.total, 'event')}`}
                {tail.fresh.length > 0 && `, and ${inFigures(tail.fresh.length)} since`}
              </p>
              <LiveSwitch live={live} blocked={period.to !== undefined} set={setLive} />
            </div>
            <p role="status" className="unseen">
              {live && `Live. ${counted(tail.fresh.length, 'new event')} since.`}
              {!live && tail.fresh.length > 0 && 'Paused.'}
            </p>
            {tail.fault && (
              <p className="tail-fault" role="alert">
                What is new cannot be asked for: {tail.fault} It is tried again.
              </p>
            )}
            {isFull && (
              <p className="tail-fault">
                It has stopped after {inFigures(MOST_FRESH)} events. Narrow it, or load the page anew.
              </p>
            )}
            {waiting > 0 && (
              <Button size="compact-sm" className="waiting" onClick={() => scrollTo({ y: 0 })}>
                {counted(waiting, 'new event')}
              </Button>
            )}
            {events.length === 0 ? (
              <NoEvents filter={filter} search={search} change={change} />
            ) : (
              <EventList events={events} fresh={showing} show={show} chosen={search.event} />
            )}
            {list.hasNextPage && (
              <Button
                variant="default"
                fullWidth
                mt="sm"
                loading={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                Older events
              </Button>
            )}
          </>
        )
      }}
    </Awaited>
  )
}

const useWalk = (filter: Filter, period: Period) =>
  useInfiniteQuery({
    queryKey: ['audit', 'walk', filter, period.from, period.to],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/api/audit/logs', {
          params: { query: { ...asQuery(filter, period), limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // A walk goes on where it was; what is new comes by the live tail.
    refetchOnWindowFocus: false,
  })

/** Each once: the list may have been asked for again meanwhile. */
function joined(fresh: readonly Event[], walked: readonly Event[]): Event[] {
  if (fresh.length === 0) return [...walked]
  const ids = new Set(walked.map(({ id }) => id))
  return [...fresh.filter(({ id }) => !ids.has(id)), ...walked]
}

interface LiveSwitchProps {
  live: boolean
  /** What has ended has nothing new. */
  blocked: boolean
  set: (live: boolean) => void
}

const LiveSwitch = ({ live, blocked, set }: LiveSwitchProps) => (
  <Button
    size="compact-sm"
    variant="default"
    className={live && !blocked ? 'live live-on' : 'live'}
    aria-pressed={live && !blocked}
    disabled={blocked}
    title={blocked ? 'The period that is looked at has ended.' : undefined}
    leftSection={live && !blocked ? <span className="live-dot" aria-hidden /> : <Icon name="clock" size={14} />}
    onClick={() => set(!live)}
  >
    {live && !blocked ? 'Live, pause' : 'Follow live'}
  </Button>
)

function NoEvents({ filter, search, change }: Pick<EventsProps, 'filter' | 'search' | 'change'>) {
  const isNarrowed = Object.keys(filter).length > 0
  const none = Object.fromEntries(Object.keys(filter).map((field) => [field, undefined]))
  const when =
    search.from || search.to ? 'in this stretch of time' : `in the last ${spanNames[search.last ?? USUAL_SPAN]}`
  return (
    <Nothing title={isNarrowed ? `Nothing like that happened ${when}` : `Nothing happened ${when}`}>
      <div className="nothing-ways">
        {isNarrowed && (
          <Button size="xs" variant="default" onClick={() => change(none)}>
            Take the filters away
          </Button>
        )}
        {search.last !== '1y' && (
          <Button size="xs" variant="default" onClick={() => change({ last: '1y', from: undefined, to: undefined })}>
            Look at a year
          </Button>
        )}
      </div>
    </Nothing>
  )
}
