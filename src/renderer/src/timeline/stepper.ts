/** Steps from event to event, through all that is stored. */
import { Cancelled, Unavailable } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { laneOf } from '../../../shared/lanes.ts'
import type { Client } from '../stores/client.ts'
import { shownLanes } from '../stores/event-store.ts'
import type { EventStore } from '../stores/event-store.ts'
import type { PictureStore } from '../stores/picture-store.ts'

/** Pages that are asked for in one step at most: where a filter passes little, many of them are empty. */
const MOST_PAGES = 1000

/** What a stepper works with. */
export interface StepParts {
  readonly client: Pick<Client, 'events'>
  readonly picture: Pick<PictureStore, 'getState' | 'subscribe' | 'goTo' | 'leave' | 'pause'>
  readonly events: Pick<EventStore, 'getState' | 'asked' | 'counts'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** What could not be asked. */
  readonly failed: (thrown: unknown) => void
}

/**
 * Goes to the time of the next listed event after (1) or before (-1) the moment that is shown; after the last one, to now, or
 * to the end of what is played. A step that still waits for the engine is called off by the next one, and where the user goes
 * elsewhere meanwhile.
 */
export function createStepper(parts: StepParts): (direction: 1 | -1) => Promise<void> {
  const { picture } = parts
  let asking = new AbortController()
  return async (direction) => {
    asking.abort()
    const mine = (asking = new AbortController())
    picture.pause()
    const { wanted, played } = picture.getState()
    const end = picture.subscribe((state) => {
      if (state.wanted !== wanted || state.played !== played) mine.abort()
    })
    const at = wanted ?? parts.now()
    try {
      const found = await (direction === 1 ? later(parts, at, mine.signal) : earlier(parts, at, mine.signal))
      end()
      if (mine.signal.aborted) return
      if (found !== null) picture.goTo(found.at)
      else if (direction === 1 && played === null) picture.leave()
      else if (direction === 1 && played !== null) picture.goTo(played.moment.to)
    } catch (thrown) {
      if (!mine.signal.aborted) parts.failed(thrown)
    } finally {
      end()
    }
  }
}

/** The first event after the moment; null where there is none. */
async function later(parts: StepParts, at: number, signal: AbortSignal): Promise<LoggedEvent | null> {
  const { recent } = parts.events.getState()
  const oldest = recent.at(-1)
  // What is loaded has no gaps: the next one is among it where it begins before the moment.
  if (oldest !== undefined && oldest.at <= at)
    return recent.findLast((logged) => logged.at > at && isShown(parts, logged)) ?? null
  return await search(parts, { after: 0, from: at + 1 }, 'after', signal)
}

/** The last event before the moment; null where there is none. */
async function earlier(parts: StepParts, at: number, signal: AbortSignal): Promise<LoggedEvent | null> {
  const { recent } = parts.events.getState()
  const loaded = recent.find((logged) => logged.at < at && isShown(parts, logged))
  return loaded ?? (await search(parts, { to: at - 1 }, 'before', signal))
}

async function search(
  { client, events }: StepParts,
  span: { readonly from?: number; readonly to?: number; readonly after?: number },
  next: 'after' | 'before',
  signal: AbortSignal,
): Promise<LoggedEvent | null> {
  const query = { ...events.asked(), lanes: shownLanes(events.getState().filter), limit: 1, ...span }
  let place: number | null = null
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await client.events.page(place === null ? query : { ...query, [next]: place }, { signal })
    const [first] = found.events
    if (first !== undefined) return first
    if (found.next === null) return null
    if (signal.aborted) throw new Cancelled('the user went elsewhere')
    place = found.next
  }
  throw new Unavailable('no such event among the many that were looked at: choose fewer lanes, or another filter')
}

function isShown({ events }: StepParts, logged: LoggedEvent): boolean {
  return shownLanes(events.getState().filter).includes(laneOf(logged.event)) && events.counts(logged)
}
