import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Ref, RefObject } from 'react'
import { dialCause, syncCause } from '../../../shared/dialed-peer.ts'
import { eventAsOf } from '../../../shared/events.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../shared/events.ts'
import { goesOnSince } from '../../../shared/growing.ts'
import { laneOf } from '../../../shared/lanes.ts'
import { formatUtc } from '../../../shared/time.ts'
import { clearFilter } from '../peers/clear-filter.ts'
import { useNothingShown } from '../shell/nothing-shown.tsx'
import { useApp, useEvents, useNotes, usePicture } from '../stores/app-context.tsx'
import { ALL_EVENTS, listEnd } from '../stores/event-store.ts'
import { formatClock, formatClockShort, formatCount, formatExact, formatSince } from '../ui/format.ts'
import { FailureText } from '../ui/pieces.tsx'
import { PeerLink } from '../ui/peer-link.tsx'
import { strings } from '../ui/strings.ts'
import { foldBursts, isSameBurst, lineKey, newestSeq } from './bursts.ts'
import type { Line } from './bursts.ts'
import { HoldersContext, useHolders, useHoldersOf, useHolderWords } from './holders.ts'
import { useIsCrawl, useSay } from './use-say.ts'
import { describeBurst, describeEvent, labelOf } from './describe.ts'
import { LaneIcon } from './lane-marks.tsx'
import { burstSpan, emptyWords, isReading, leavesOut, listEndWords } from './list-words.ts'
import { subjectOf } from './meaning.ts'

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
  const found = useEvents((state) => state.list)
  // Of what goes on after a past moment at which the list ends it tells what had happened by then.
  const end = useEvents(({ filter }) => filter.to)
  const past = usePicture(({ picture }) => picture !== null)
  const list = useMemo(
    () => (past && end !== null ? found.map((logged) => eventAsOf(logged, end)) : found),
    [found, past, end],
  )
  const more = useEvents((state) => state.more)
  const loading = useEvents((state) => state.loading)
  const failure = useEvents((state) => state.failure)
  const scroller = useRef<HTMLElement>(null)
  // Asking the element would lay out the page with each event.
  const away = useRef(false)
  const holders = useHolders(list)
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const lines = useMemo(() => foldBursts(list, opened), [list, opened])
  const toggle = useCallback((key: number): void => {
    setOpened((before) => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  }, [])
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here: the virtualizer works as it is
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && !loading && lastShown >= lines.length - AHEAD) void events.loadOlder()
  }, [events, more, loading, lastShown, lines.length])
  useSteadyScroll(scroller, away, lines)
  useImperativeHandle(props.handle, () => ({ toTop: () => scroller.current?.scrollTo({ top: 0 }) }))

  return (
    <section
      ref={scroller}
      className="ps-events"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that it can be scrolled by keyboard
      tabIndex={0}
      aria-label={strings.timeline.title}
      onScroll={(event) => {
        away.current = event.currentTarget.scrollTop > ROW_HEIGHT
        props.onAway(away.current)
      }}
    >
      <HoldersContext value={holders}>
        <ul aria-label={strings.timeline.events} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const line = lines[item.index]
            if (line === undefined) return null
            return line.type === 'event' ? (
              <EventLine key={line.logged.seq} logged={line.logged} within={line.within} top={item.start} />
            ) : (
              <BurstLine key={lineKey(line)} burst={line} top={item.start} onToggle={toggle} />
            )
          })}
        </ul>
      </HoldersContext>
      {failure === null ? null : <FailureText failure={failure} />}
      <End count={list.length} more={more} loading={loading} />
    </section>
  )
}

function End({ count, more, loading }: { readonly count: number; readonly more: boolean; readonly loading: boolean }) {
  const app = useApp()
  const filter = useEvents((state) => state.filter)
  const showAll = (): void => {
    const { again, lastSeq } = filter
    app.events.setFilter({ ...ALL_EVENTS, again, lastSeq, to: listEnd(app.picture), text: filter.text })
    clearFilter(app)
  }
  const nothing = useNothingShown(false)
  const before = usePicture(({ picture }) => picture?.nearest?.before ?? null)
  const reading = usePicture((state) => isReading(state, filter))
  if (loading) return <div className="ps-empty">{strings.timeline.loading}</div>
  if (reading) return <div className="ps-empty">{strings.timeline.reading}</div>
  if (count === 0) {
    // Before the first moment there is nothing that a filter could leave out.
    if (nothing !== null && before === null) return nothing
    return (
      <div className="ps-empty">
        {emptyWords(filter)}
        {leavesOut(filter) ? (
          <Button size="xs" variant="default" onClick={showAll}>
            {strings.timeline.showAll}
          </Button>
        ) : null}
      </div>
    )
  }
  return more ? null : <div className="ps-empty">{listEndWords(filter)}</div>
}

/** While the user reads further down, new events at the top must not move the text. */
function useSteadyScroll(
  scroller: RefObject<HTMLElement | null>,
  away: RefObject<boolean>,
  lines: readonly Line[],
): void {
  const newest = useRef<number | null>(null)
  useLayoutEffect(() => {
    const before = newest.current
    newest.current = lines[0] === undefined ? null : newestSeq(lines[0])
    const element = scroller.current
    if (element === null || before === null || !away.current) return
    const added = lines.findIndex((line) => newestSeq(line) <= before)
    if (added > 0) element.scrollBy({ top: added * ROW_HEIGHT, behavior: 'instant' })
  }, [scroller, away, lines])
}

function EventLine(props: { readonly logged: LoggedEvent; readonly within: boolean; readonly top: number }) {
  const { logged, within, top } = props
  return (
    <li
      className="ps-event"
      data-kind={logged.event.kind}
      data-lane={laneOf(logged.event)}
      data-within={within ? '' : undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <EventContent logged={logged} />
    </li>
  )
}

/** What a line of one event tells. Newer events move all lines; what these tell stays. */
const EventContent = memo(({ logged }: { readonly logged: LoggedEvent }) => {
  const { events } = useApp()
  const { event, at } = logged
  const holders = useHoldersOf(logged)
  // Of several it is not known which was meant.
  const peerId = subjectOf(logged) ?? (holders.length === 1 ? holders[0] : null) ?? null
  // Each departure has a row of its own, as alerts take it too.
  const left = event.kind === 'PeerDeparted' ? { leftAt: events.counted(logged).at } : {}
  const words = describeEvent(logged, useSay(), useHolderWords(holders))
  const wide = peerId === null && event.kind === 'DialFailed'
  const text = useIsCrawl(logged) ? strings.events.crawl(words) : words
  return (
    <>
      <Moment at={at} />
      <Label event={event} />
      {peerId !== null ? <PeerLink peerId={peerId} {...left} /> : wide ? null : <span />}
      <span
        className={wide ? 'ps-event-wide' : undefined}
        title={text}
        style={{ color: 'var(--mantine-color-dimmed)' }}
      >
        {text}
      </span>
    </>
  )
})
EventContent.displayName = 'EventContent'

/** What happened, with the mark of its lane. */
function Label({ event }: { readonly event: DiscoveryEvent }) {
  return (
    <span className="ps-kind">
      <LaneIcon lane={laneOf(event)} />
      <span className="ps-clip">{labelOf(event)}</span>
    </span>
  )
}

/** Peers of a burst that are named. */
const NAMED = 3

interface BurstProps {
  readonly burst: Extract<Line, { type: 'burst' }>
  readonly onToggle: (key: number) => void
}

function BurstLine({ burst, top, onToggle }: BurstProps & { readonly top: number }) {
  const { newest, lasting, peers } = burst
  const holders = useHoldersOf(newest)
  return (
    <li
      className="ps-event ps-burst"
      data-kind={newest.event.kind}
      data-lane={laneOf(newest.event)}
      data-peer={lasting && peers.length + (holders.length === 1 ? 1 : 0) > 0 ? '' : undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <BurstContent burst={burst} onToggle={onToggle} />
    </li>
  )
}

const BurstContent = memo(
  ({ burst, onToggle }: BurstProps) => {
    const { newest, lasting, peers } = burst
    const text = strings.past
    const words = useBurstWords(burst)
    const holders = useHoldersOf(newest)
    const peerId = lasting ? (peers[0] ?? (holders.length === 1 ? holders[0] : undefined)) : undefined
    return (
      <>
        <Moment at={newest.at} />
        <Label event={newest.event} />
        {peerId === undefined ? null : <PeerLink peerId={peerId} />}
        <button
          type="button"
          className="ps-link"
          aria-expanded={burst.open}
          title={burst.open ? text.fold : text.open}
          onClick={() => onToggle(burst.key)}
        >
          {burst.open ? '▾' : '▸'} {describeBurst(burst)}
          <span className="ps-burst-more" title={words}>
            {words}
          </span>
        </button>
      </>
    )
  },
  (one, other) => one.onToggle === other.onToggle && isSameBurst(one.burst, other.burst),
)
BurstContent.displayName = 'BurstContent'

/** What a burst tells beside its meaning: who, and when; of what goes on failing the newest reason. */
function useBurstWords(burst: Extract<Line, { type: 'burst' }>): string {
  const { notes } = useApp()
  const { said } = useSay()
  useNotes((state) => state.notes)
  const { newest, oldest, lasting, lastAt, last, peers } = burst
  const owners = useHolderWords(useHoldersOf(newest))
  const text = strings.past
  if (lasting) {
    const { event } = last
    const cause = event.kind === 'SyncFailed' ? syncCause(event) : 'reason' in event ? dialCause(event.reason) : ''
    const reason = said(cause)
    const target = peers.length === 0 && 'target' in event ? `${said(event.target)}${owners} · ` : ''
    return ` · ${target}${strings.timeline.bursts.lasting(...lastingTimes(last, lastAt))} · ${reason}`
  }
  const names = peers.slice(0, NAMED).map(notes.nameOf).join(', ')
  const more = peers.length > NAMED ? formatCount(peers.length - NAMED) : null
  return ` · ${names === '' ? '' : `${text.burstPeers(names, more)} · `}${burstSpan(newest.at - oldest.at)}`
}

/** Since when it fails, and when it did last. */
function lastingTimes(last: LoggedEvent, lastAt: number): [since: string, last: string] {
  return [formatSince(goesOnSince(last), lastAt), formatClockShort(lastAt)]
}

/** The time of an event; leads to the network as it was then. */
function Moment({ at }: { readonly at: number }) {
  const { picture } = useApp()
  return (
    <button
      type="button"
      className="ps-link ps-mono ps-number"
      title={strings.past.goTo(formatExact(at))}
      onClick={() => picture.goTo(at)}
    >
      <time dateTime={formatUtc(at)}>{formatClock(at)}</time>
    </button>
  )
}
