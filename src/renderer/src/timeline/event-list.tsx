import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import type { Ref, RefObject } from 'react'
import type { LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp, useEvents, usePeers } from '../stores/app-context.tsx'
import { formatClock, formatExact } from '../ui/format.ts'
import { Dot, FailureText, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { describeEvent, groupOf } from './describe.ts'
import { GROUP_COLOURS } from './histogram.tsx'

const ROW_HEIGHT = 28
/** Rows from the end at which the next page is asked for. */
const AHEAD = 30

/** What the panel around may ask of the list. */
export interface EventListHandle {
  toTop(): void
}

/** The events that pass the filter, newest first; older ones are loaded when they come near. */
export function EventList(props: { readonly handle: Ref<EventListHandle>; readonly onAway: (away: boolean) => void }) {
  const { events } = useApp()
  const list = useEvents((state) => state.list)
  const more = useEvents((state) => state.more)
  const loading = useEvents((state) => state.loading)
  const failure = useEvents((state) => state.failure)
  const scroller = useRef<HTMLElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here: the virtualizer works as it is
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => list[index]?.seq ?? index,
    overscan: 10,
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && !loading && lastShown >= list.length - AHEAD) void events.loadOlder()
  }, [events, more, loading, lastShown, list.length])
  useSteadyScroll(scroller, list)
  useImperativeHandle(props.handle, () => ({ toTop: () => scroller.current?.scrollTo({ top: 0 }) }))

  return (
    <section
      ref={scroller}
      className="ps-events"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that it can be scrolled by keyboard
      tabIndex={0}
      aria-label={strings.timeline.title}
      onScroll={(event) => props.onAway(event.currentTarget.scrollTop > ROW_HEIGHT)}
    >
      <ul aria-label={strings.timeline.events} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const logged = list[item.index]
          return logged === undefined ? null : <EventLine key={logged.seq} logged={logged} top={item.start} />
        })}
      </ul>
      {failure === null ? null : <FailureText failure={failure} />}
      <End count={list.length} more={more} loading={loading} />
    </section>
  )
}

function End({ count, more, loading }: { readonly count: number; readonly more: boolean; readonly loading: boolean }) {
  const filtered = useEvents(({ filter }) => filter.kinds.length > 0 || filter.peerId !== null)
  if (loading) return <div className="ps-empty">{strings.timeline.loading}</div>
  if (count === 0) {
    return <div className="ps-empty">{filtered ? strings.timeline.emptyFiltered : strings.timeline.empty}</div>
  }
  return more ? null : <div className="ps-empty">{strings.timeline.start}</div>
}

/** While the user reads further down, new events at the top must not move the text. */
function useSteadyScroll(scroller: RefObject<HTMLElement | null>, list: readonly LoggedEvent[]): void {
  const newest = useRef(list[0]?.seq)
  useLayoutEffect(() => {
    const before = newest.current
    newest.current = list[0]?.seq
    const element = scroller.current
    if (element === null || before === undefined || element.scrollTop <= ROW_HEIGHT) return
    const added = list.findIndex(({ seq }) => seq <= before)
    if (added > 0) element.scrollBy({ top: added * ROW_HEIGHT, behavior: 'instant' })
  }, [scroller, list])
}

function EventLine({ logged, top }: { readonly logged: LoggedEvent; readonly top: number }) {
  const scheme = useScheme()
  const { kind } = logged.event
  const peerId = peerOf(logged.event)
  const text = describeEvent(logged)
  return (
    <li className="ps-event" data-kind={kind} style={{ transform: `translateY(${top}px)` }}>
      <time className="ps-mono ps-number" dateTime={new Date(logged.at).toISOString()} title={formatExact(logged.at)}>
        {formatClock(logged.at)}
      </time>
      <span className="ps-kind">
        <Dot colour={GROUP_COLOURS[scheme][groupOf(kind)]} />
        <span className="ps-clip">{strings.kinds[kind]}</span>
      </span>
      {peerId === null ? <span /> : <PeerLink peerId={peerId} />}
      <span title={text} style={{ color: 'var(--mantine-color-dimmed)' }}>
        {text}
      </span>
    </li>
  )
}

function PeerLink({ peerId }: { readonly peerId: PeerId }) {
  const { ui } = useApp()
  const self = usePeers(({ status }) => 'self' in status && status.self === peerId)
  return (
    <button type="button" className="ps-link" title={peerId} onClick={() => ui.setState({ selected: peerId })}>
      {self ? strings.events.us : <Nickname peerId={peerId} />}
    </button>
  )
}
