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

/** Steps in one direction that are being made. */
interface Walk {
  readonly direction: 1 | -1
  readonly stop: AbortController
  /** How many are left. */
  left: number
  done: Promise<void>
}

/**
 * Goes to the time of the next listed event after (1) or before (-1) the moment that is shown; after the last one, to now, or
 * to the end of what is played. A step that is asked for while another one still waits for the engine goes on from there;
 * one in the other direction calls off those that wait, as does the user who goes elsewhere meanwhile.
 */
export function createStepper(parts: StepParts): (direction: 1 | -1) => Promise<void> {
  let walk: Walk | null = null

  async function go(mine: Walk): Promise<void> {
    const { picture } = parts
    let stepping = false
    const end = picture.subscribe((state, before) => {
      if (!stepping && (state.wanted !== before.wanted || state.played !== before.played)) mine.stop.abort()
    })
    try {
      while (mine.left > 0) {
        const found = await next(parts, mine.direction, mine.stop.signal)
        if (mine.stop.signal.aborted) return
        mine.left -= 1
        stepping = true
        const more = show(parts, mine.direction, found)
        stepping = false
        if (!more) return
      }
    } catch (thrown) {
      if (!mine.stop.signal.aborted) parts.failed(thrown)
    } finally {
      end()
      if (walk === mine) walk = null
    }
  }

  return (direction) => {
    if (walk?.direction === direction && !walk.stop.signal.aborted) {
      walk.left += 1
      return walk.done
    }
    walk?.stop.abort()
    parts.picture.pause()
    const mine: Walk = { direction, stop: new AbortController(), left: 1, done: Promise.resolve() }
    walk = mine
    mine.done = go(mine)
    return mine.done
  }
}

function next(parts: StepParts, direction: 1 | -1, signal: AbortSignal): Promise<LoggedEvent | null> {
  const at = parts.picture.getState().wanted ?? parts.now()
  return direction === 1 ? later(parts, at, signal) : earlier(parts, at, signal)
}

/** Shows the moment of an event; where there was none, the end. @returns whether there may be another one */
function show({ picture }: StepParts, direction: 1 | -1, found: LoggedEvent | null): boolean {
  const { played } = picture.getState()
  if (found !== null) picture.goTo(found.at)
  else if (direction === 1 && played === null) picture.leave()
  else if (direction === 1 && played !== null) picture.goTo(played.moment.to)
  return found !== null
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
