import { isRefused } from '../../../shared/dialed-peer.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../shared/events.ts'
import { goesOnSince, GROWS_MS, howMet } from '../../../shared/growing.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { laneOf } from '../../../shared/lanes.ts'
import type { Lane } from '../../../shared/lanes.ts'
import { meaningOf, subjectOf } from './meaning.ts'

/** Events of one meaning that follow each other within this time are one burst, whatever lies between; milliseconds. */
const GAP_MS = 3000
/** A burst ends at the next multiple of this at the latest, so that it does not change when newer events come. */
const WINDOW_MS = 60_000
/**
 * Fewer are shown one by one. What goes on failing is one line from the second row on; who joined, said goodbye, went silent,
 * was lost with us or restarted is worth a line of its own for longer.
 */
const LEAST = { lasting: 2, usual: 3, presence: 5 } as const
const PRESENCE: ReadonlySet<Lane> = new Set<Lane>(['joined', 'goodbye', 'silent', 'lost', 'restarted'])

/** A line of the timeline: an event, or events of one meaning that are folded or opened. */
export type Line =
  { readonly type: 'event'; readonly logged: LoggedEvent; readonly within: boolean } | (BurstLine & Folded)

/** Whether its events follow it as lines. */
interface Folded {
  readonly open: boolean
}

/** Events of one meaning that share a line. */
export interface BurstLine {
  readonly type: 'burst'
  /** Number of its oldest event: stays while newer ones are added. */
  readonly key: number
  /** It goes on failing with one peer or address; otherwise it happened to many at once. */
  readonly lasting: boolean
  readonly newest: LoggedEvent
  readonly oldest: LoggedEvent
  /** How many rows of the log it holds. */
  readonly count: number
  /** How often it happened: rows count what happened again. */
  readonly times: number
  /** When it happened last, milliseconds since the epoch. */
  readonly lastAt: number
  /** The row that it happened in last: rows for other reasons may have begun since. */
  readonly last: LoggedEvent
  /** Peers that it is about, each once, those of the newest events first. */
  readonly peers: readonly PeerId[]
}

interface Group {
  readonly lasting: boolean
  readonly events: LoggedEvent[]
}

/**
 * Folds events in a list that has the newest first. A burst stands where its newest event is. `open` has the keys of those
 * that the user opened.
 */
export function foldBursts(list: readonly LoggedEvent[], open: ReadonlySet<number>): Line[] {
  const groups = groupsOf(list)
  const lines: Line[] = []
  list.forEach((logged, index) => {
    const group = groups[index]
    if (group === undefined || group.events.length < leastOf(group)) {
      lines.push({ type: 'event', logged, within: false })
    } else if (group.events[0] === logged) {
      const burst = burstOf(group, logged)
      const opened = open.has(burst.key)
      lines.push({ ...burst, open: opened })
      if (opened) for (const one of group.events) lines.push({ type: 'event', logged: one, within: true })
    }
  })
  return lines
}

function leastOf({ lasting, events: [first] }: Group): number {
  if (lasting) return LEAST.lasting
  return first !== undefined && PRESENCE.has(laneOf(first.event)) ? LEAST.presence : LEAST.usual
}

/** A line's name, the same as long as it is there. */
export function lineKey(line: Line | undefined): string | number {
  if (line === undefined) return 'end'
  return line.type === 'event' ? line.logged.seq : `burst ${line.key}`
}

/** Whether two bursts tell the same: folding makes new ones. */
export function isSameBurst(one: BurstLine & Folded, other: BurstLine & Folded): boolean {
  return (
    one.key === other.key &&
    one.open === other.open &&
    one.newest === other.newest &&
    one.oldest === other.oldest &&
    one.count === other.count &&
    one.times === other.times &&
    one.lastAt === other.lastAt
  )
}

/** The number of the newest event of a line. */
export function newestSeq(line: Line): number {
  return line.type === 'event' ? line.logged.seq : line.newest.seq
}

/** The group of each event. */
function groupsOf(list: readonly LoggedEvent[]): Group[] {
  const last = new Map<string, Group>()
  const met = meetingsOf(list)
  return list.map((logged) => {
    const { key, lasting } = meaningOf(logged)
    let group = last.get(key)
    const before = group?.events.at(-1)
    if (
      group === undefined ||
      before === undefined ||
      !(lasting ? goesOn(before, logged, met) : follows(before, logged))
    ) {
      group = { lasting, events: [] }
      last.set(key, group)
    }
    group.events.push(logged)
    return group
  })
}

/** When peers came or were reached, as far as the list tells. */
type Meetings = ReadonlyMap<PeerId, readonly LoggedEvent[]>

function meetingsOf(list: readonly LoggedEvent[]): Meetings {
  const met = new Map<PeerId, LoggedEvent[]>()
  for (const logged of list) {
    const { event } = logged
    if (howMet(event) === null || !('peerId' in event) || event.peerId === null) continue
    const known = met.get(event.peerId)
    if (known === undefined) met.set(event.peerId, [logged])
    else known.push(logged)
  }
  return met
}

/**
 * Whether an older failure is the same as a newer one: not where its peer was met in between. What it was met by may not be in the list, which
 * is filtered: then the newer row tells since when it fails so, and one that says nothing of it, long after, began with itself.
 */
function goesOn(newer: LoggedEvent, older: LoggedEvent, met: Meetings): boolean {
  const ended = timeOf(older)
  const since = goesOnSince(newer)
  if (since > ended && (since < newer.at || newer.at - ended >= GROWS_MS)) return false
  const peerId = subjectOf(newer)
  if (peerId === null) return true
  return !(met.get(peerId) ?? []).some(
    ({ at, event }) => at > ended && at <= newer.at && endsFailure(event, newer.event),
  )
}

/** As in the rows of the log: an address that refuses while its peer is well was never one at which it could be dialed. */
function endsFailure(meeting: DiscoveryEvent, failure: DiscoveryEvent): boolean {
  return howMet(meeting) === 'came' || failure.kind !== 'DialFailed' || !isRefused(failure.reason)
}

/** Whether an older event belongs to the burst that began with newer ones. */
function follows(newer: LoggedEvent, older: LoggedEvent): boolean {
  return newer.at - older.at <= GAP_MS && Math.floor(newer.at / WINDOW_MS) === Math.floor(older.at / WINDOW_MS)
}

function burstOf({ lasting, events }: Group, newest: LoggedEvent): BurstLine {
  const oldest = events.at(-1) ?? newest
  const last = events.reduce((latest, one) => (timeOf(one) > timeOf(latest) ? one : latest), newest)
  return {
    type: 'burst',
    key: oldest.seq,
    lasting,
    newest,
    oldest,
    count: events.length,
    times: events.reduce((sum, { times = 1 }) => sum + times, 0),
    lastAt: timeOf(last),
    last,
    peers: [...new Set(events.flatMap((logged) => subjectOf(logged) ?? []))],
  }
}

/** When it happened last. */
function timeOf({ at, lastAt = at }: LoggedEvent): number {
  return lastAt
}
