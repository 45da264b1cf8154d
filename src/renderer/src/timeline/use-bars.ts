import { useEffect, useMemo, useState } from 'react'
import { FIRST_EVENTS } from '../../../shared/events.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { GROWS_MS, happenedIn } from '../../../shared/growing.ts'
import type { EventCounts } from '../../../shared/lanes.ts'
import { useApp, useEvents, usePicture, useRange } from '../stores/app-context.tsx'
import { listEnd } from '../stores/event-store.ts'
import { shownAt } from '../stores/picture-store.ts'
import { playedRange, RANGE_MS } from '../stores/range-store.ts'
import type { Range } from '../stores/range-store.ts'
import { useNow } from '../ui/time.tsx'
import { barOf, binEvents, binsOf, binsUntil, endOf, planBins } from './bins.ts'
import type { Bins, Plan } from './bins.ts'
import { hostNow } from '../ui/host-time.ts'

/** Pauses between two countings of stored events, in milliseconds: the wider the bars, the longer. */
const COUNT_MS = 5000
const LONGEST_MS = 60_000
/** Pause in scrubbing after which the bar of the moment is counted, in milliseconds. */
const SETTLE_MS = 150
/** Pause between two looks at the clock, in milliseconds. */
const TICK_MS = 2000

/** The bars of the chosen range. */
export interface Bars {
  readonly bins: Bins
  /** The same as of the past moment that is looked at: of what came later nothing had happened then. */
  readonly until: Bins
  readonly failed: boolean
}

/**
 * The bars of the range that the window shows, `most` of them at most, of the events that pass the filter: those of the last
 * ten minutes are counted here at once where they are loaded, all others by the engine.
 */
export function useBars(most: number): Bars {
  const { client, events, picture } = useApp()
  const chosen = useRange((state) => state.range)
  const played = usePicture((state) => state.played)
  const range = useMemo<Range>(() => (played === null ? chosen : playedRange(chosen, played)), [chosen, played])
  const recent = useEvents((state) => state.recent)
  const filter = useEvents((state) => state.filter)
  const { kinds, peerId, text } = filter
  // A filter may ask for ages, which count from the moment.
  const then = usePicture((state) => (text.trim() === '' ? null : shownAt(state.picture)))
  const now = useNow(TICK_MS)
  // With the rows that began before it and may have grown since.
  const loaded = range === 'recent' && isLoaded(recent, now - RANGE_MS.recent - GROWS_MS)
  const newest = useMemo(
    () =>
      loaded
        ? binEvents(
            recent.flatMap((logged) => (events.counts(logged) ? [events.counted(logged)] : [])),
            planBins(now - RANGE_MS.recent, now, most),
          )
        : null,
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what the filter asks of events stands for it
    [loaded, events, recent, now, most, kinds, peerId, text, then],
  )
  const [counted, setCounted] = useState<{ readonly range: Range; readonly bins: Bins } | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (loaded) return undefined
    const ending = new AbortController()
    const { signal } = ending
    let timer: ReturnType<typeof setTimeout> | null = null
    const again = (pause: number): void => {
      timer = setTimeout(() => void count(), pause)
    }
    const count = async (): Promise<void> => {
      let pause = COUNT_MS
      // A hidden window draws nothing.
      if (document.hidden) return again(pause)
      try {
        const plan = await planRange(range, most, async () => (await client.history.span()).from)
        const { from, count: bins, width } = plan
        const counts = await client.history.counts({ ...events.asked(), from, to: endOf(plan), bins }, { signal })
        pause = Math.min(Math.max(width / 4, COUNT_MS), LONGEST_MS)
        if (signal.aborted) return
        setCounted({ range, bins: binsOf(plan, counts) })
        setFailed(false)
      } catch {
        if (signal.aborted) return
        setFailed(true)
      }
      again(pause)
      return undefined
    }
    void count()
    return () => {
      ending.abort()
      if (timer !== null) clearTimeout(timer)
    }
    // What the filter asks of events; the store gives it in the form that the engine takes.
  }, [client, events, range, loaded, most, kinds, peerId, text, then])
  const bins = newest ?? (counted?.range === range ? counted.bins : null)
  const empty = useMemo(
    () =>
      binEvents(
        [],
        typeof range === 'string'
          ? planBins(now - (RANGE_MS[range] ?? RANGE_MS.recent), now, most)
          : planBins(range.from, range.to, most),
      ),
    [range, now, most],
  )
  const drawn = bins ?? empty
  const moment = usePicture(() => listEnd(picture))
  const part = usePart(drawn, loaded ? null : moment)
  const until = useMemo(() => {
    if (moment === null) return drawn
    if (!loaded) return binsUntil(drawn, moment, part)
    const happened = recent.flatMap((logged) => {
      const counted = events.counted(logged)
      return happenedIn(counted, drawn.from, moment) !== null && events.counts(logged) ? [counted] : []
    })
    return binEvents(happened, drawn)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what the filter asks of events stands for it
  }, [drawn, moment, loaded, part, recent, events, kinds, peerId, text, then])
  return { bins: drawn, until, failed: failed && !loaded }
}

/** What the engine counts in the bar that a past moment lies in, until that moment; null until it is known, and for none. */
function usePart(plan: Plan, moment: number | null): EventCounts | null {
  const { client, events } = useApp()
  const { kinds, peerId, text } = useEvents((state) => state.filter)
  const [part, setPart] = useState<{ readonly of: object; readonly counts: EventCounts } | null>(null)
  const bar = moment === null ? -1 : barOf(plan, moment)
  const from = bar < 0 || bar >= plan.count ? null : plan.from + bar * plan.width
  const barsFrom = plan.from
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- an answer to another question is none
  const question = useMemo(() => ({}), [client, events, barsFrom, from, moment, kinds, peerId, text])
  useEffect(() => {
    if (from === null || moment === null) return undefined
    const ending = new AbortController()
    const { signal } = ending
    const count = async (): Promise<void> => {
      try {
        const span = { from, to: moment + 1, bins: 1, barsFrom }
        const counts = await client.history.counts({ ...events.asked(), ...span }, { signal })
        if (!signal.aborted) setPart({ of: question, counts })
      } catch {
        // The bars say that nothing can be counted.
      }
    }
    const timer = setTimeout(() => void count(), SETTLE_MS)
    return () => {
      ending.abort()
      clearTimeout(timer)
    }
    // What the filter asks of events; the store gives it in the form that the engine takes.
  }, [client, events, barsFrom, from, moment, question])
  return part?.of === question ? part.counts : null
}

/** Whether all events since then are among those that are loaded. */
export function isLoaded(recent: readonly LoggedEvent[], from: number): boolean {
  return recent.length < FIRST_EVENTS || (recent.at(-1)?.at ?? Infinity) <= from
}

/** The bars of a range as it is now. @param oldest when the oldest stored event was */
async function planRange(range: Range, most: number, oldest: () => Promise<number | null>): Promise<Plan> {
  if (typeof range !== 'string') return planBins(range.from, range.to, most)
  const now = hostNow()
  const length = RANGE_MS[range]
  const from = length === null ? Math.min((await oldest()) ?? now, now - RANGE_MS.recent) : now - length
  return planBins(Math.max(0, Math.floor(from)), now, most)
}
