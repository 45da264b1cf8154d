/**
 * Which events are one row of the log: the same that happens to the same again and again. Strangers, peers that are gone and
 * links that flap would else write rows without end. A row says how often it happened, when first, when last, and what was told
 * last; and how it was before, so that a past moment shows no later knowledge. No I/O, no clock of its own.
 */
import { isRefused } from '../../shared/dialed-peer.ts'
import { isDeepStrictEqual } from 'node:util'
import type { DiscoveryEvent, EarlierState, LoggedEvent } from '../../shared/events.ts'
import { goesOnSince, GROWS_MS, howMet } from '../../shared/growing.ts'
import { ranOutOfTime } from './insight/why-parts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Failures of one kind that have rows of their own at a time; all others of the kind share one: strangers may make up names. */
const MAX_FAILURES = 1000
/** Others of one kind that are followed at a time; beyond that each event has a row. */
const MAX_FOLLOWED = 20_000
/**
 * Earlier states of a row that are kept: all of the newest, of the others evenly chosen ones; and how many characters they may take as
 * JSON: of more every other one is kept.
 */
export const MOST_STATES = 64
const NEWEST_STATES = 16
const MOST_CHARACTERS = 16_384
/** How often subjects are looked through for what is over, at most. */
const PRUNE_MS = MINUTE

/** When something that happens again has a row of its own, of those within `GROWS_MS`. */
interface Pace {
  /** So many rows; what comes then is one with the last of them. */
  readonly rows: number
  /** Whether only what fails after its peer was met has another row. */
  readonly unmet: boolean
  /** Whether events beyond the limit share one row; otherwise each has its own. */
  readonly shared: boolean
  /** For how long after its last time it still goes on, milliseconds: its next row says since when. */
  readonly lastsMs: number
}

/** What fails keeps failing: one row, and another one for each time that the peer was met in between: that is another failure. */
const FAILS: Pace = { rows: 10, unmet: true, shared: true, lastsMs: GROWS_MS }
/** With a peer it is the same failure for as long as that is not met, however seldom it is tried. */
const FAILS_WITH: Pace = { ...FAILS, lastsMs: 6 * HOUR }
/** That somebody is still there. */
const STAYS: Pace = { rows: 1, unmet: false, shared: false, lastsMs: GROWS_MS }
/** What happens now and then is told each time, until it happens all the time. */
const HAPPENS: Pace = { rows: 10, unmet: false, shared: false, lastsMs: GROWS_MS }

/** By so much our clock and the monotonic one run apart where it was set, or the machine slept; milliseconds, as rule WK11 has it. */
const SET_MS = 5000

/** A row that is open for more of the same. Times are monotonic. */
interface Subject {
  readonly pace: Pace
  beganAt: number
  lastAt: number
  /** Since when it goes on, in rows before this one too: milliseconds since the epoch, and by the monotonic clock. */
  since: number
  readonly sinceNow: number
  rows: number
  /** Whether the peer that this failed with was met since it did last. */
  met: boolean
  logged: LoggedEvent
  /** How the row was before, oldest first, the first time always among them; null where that is not kept. */
  readonly earlier: Required<EarlierState>[] | null
  /** Whether the row is not as it was last given by `due`. */
  changed: boolean
}

/** The rows of one network's log that are open. */
export class Repeats {
  readonly #kinds = new Map<string, Subjects>()
  /** Rows that grew and are over. */
  readonly #closed: LoggedEvent[] = []
  /** By how much our clock is ahead of the monotonic one; null until it is heeded. */
  #ahead: number | null = null

  /**
   * Ends the rows where our clock was set since the last call, or the machine slept: what happens from now on has times of another
   * stretch of our clock, and all times of a row are of one. Where it was set back, since when it goes on is told as it shows now.
   * @param at the time, milliseconds since the epoch; `now` by the monotonic clock
   */
  heed(at: number, now: number): void {
    const byMs = at - now - (this.#ahead ?? at - now)
    this.#ahead = at - now
    if (Math.abs(byMs) < SET_MS) return
    for (const subjects of this.#kinds.values())
      for (const subject of subjects.values()) {
        subject.beganAt = -Infinity
        if (byMs < 0) subject.since = Math.min(subject.since, Math.floor(at - (now - subject.sinceNow)))
      }
  }

  /**
   * Takes an event. @returns the row that it belongs to, as it is now; null where it has one of its own, for `began`
   * @param at milliseconds since the epoch; `now` by the monotonic clock
   */
  take(event: DiscoveryEvent, at: number, now: number): LoggedEvent | null {
    this.#meet(event)
    const found = subjectOf(event)
    if (found === null) return null
    const subjects = this.#subjects(event.kind)
    const subject = subjects.get(found.key) ?? (isFull(subjects, found.pace, now) ? subjects.get(SHARED) : undefined)
    if (subject === undefined || isRowOver(subject, now)) return null
    const { seq, at: first, times = 1, lastAt = first, event: before } = subject.logged
    // The monotonic clock may run slower than ours.
    if (at - first >= GROWS_MS) return null
    if ((subject.met || !subject.pace.unmet) && subject.rows < subject.pace.rows) return null
    subject.lastAt = now
    subject.earlier?.push({ times, lastAt, event: before })
    if (subject.earlier !== null && subject.earlier.length > MOST_STATES) thin(subject.earlier)
    // What many share stays about the first of them.
    const newest = subjects.has(found.key) ? telling(before, goingOn(event, subject.since, first)) : before
    subject.logged = { seq, at: first, event: newest, times: times + 1, lastAt: Math.max(lastAt, at) }
    subject.changed = true
    return subject.logged
  }

  /** An event that gets a row of its own, with since when it goes on, where it failed so before. */
  beginning(event: DiscoveryEvent, at: number, now: number): DiscoveryEvent {
    const found = subjectOf(event)
    const before = found === null ? undefined : this.#subjects(event.kind).get(found.key)
    return before === undefined || before.met || isOver(before, now) ? event : goingOn(event, before.since, at)
  }

  /** An event was given a row. */
  began(logged: LoggedEvent, now: number): void {
    const found = subjectOf(logged.event)
    if (found === null) return
    const subjects = this.#subjects(logged.event.kind)
    prune(subjects, now)
    const full = !subjects.has(found.key) && isFull(subjects, found.pace, now)
    if (full && !found.pace.shared) return
    const key = full ? SHARED : found.key
    const before = subjects.get(key)
    if (before?.changed === true) this.#closed.push(rowOf(before))
    const isOneMore = before !== undefined && !isRowOver(before, now)
    const since = goesOnSince(logged)
    subjects.set(key, {
      pace: found.pace,
      beganAt: isOneMore ? before.beganAt : now,
      lastAt: now,
      since,
      sinceNow: before !== undefined && since < logged.at ? before.sinceNow : now,
      rows: isOneMore ? before.rows + 1 : 1,
      met: false,
      logged,
      // That somebody is still there is told at the first time of each row.
      earlier: found.pace === STAYS ? null : [],
      changed: false,
    })
  }

  /** How many rows are open. */
  get open(): number {
    return [...this.#kinds.values()].reduce((sum, subjects) => sum + subjects.size, 0)
  }

  /** The rows that changed since the last call. */
  due(): LoggedEvent[] {
    const rows = this.#closed.splice(0)
    for (const subjects of this.#kinds.values()) {
      for (const subject of subjects.values()) {
        if (subject.changed) rows.push(rowOf(subject))
        subject.changed = false
      }
    }
    return rows
  }

  /** What failed with a peer before it was met is over: what fails then is told by a row of its own. */
  #meet(event: DiscoveryEvent): void {
    const how = howMet(event)
    if (how === null || !('peerId' in event) || event.peerId === null) return
    const { peerId } = event
    const over = (kind: string, key: string): void => {
      const subject = this.#kinds.get(kind)?.get(key)
      if (subject !== undefined) subject.met = true
    }
    over('SyncFailed', `with ${peerId}`)
    // An address that refuses while its peer is well was never one at which it could be dialed.
    for (const way of how === 'reached' ? WAYS.filter((one) => one !== 'refused') : WAYS)
      over('DialFailed', `${way} ${peerId}`)
  }

  #subjects(kind: string): Subjects {
    let subjects = this.#kinds.get(kind)
    if (subjects === undefined) this.#kinds.set(kind, (subjects = new Subjects()))
    return subjects
  }
}

/** No subject has this name. */
const SHARED = ''

/** Of one kind, by name. */
class Subjects extends Map<string, Subject> {
  prunedAt = -Infinity
}

/** Whether there is no room for another one. */
function isFull(subjects: Subjects, pace: Pace, now: number): boolean {
  const most = pace.shared ? MAX_FAILURES : MAX_FOLLOWED
  if (subjects.size < most) return false
  prune(subjects, now)
  return subjects.size >= most
}

/** Lets go of what is over, once in a while: where peers come and go there are thousands of them in an hour. */
function prune(subjects: Subjects, now: number): void {
  if (now - subjects.prunedAt < PRUNE_MS) return
  subjects.prunedAt = now
  for (const [key, subject] of subjects) if (!subject.changed && isOver(subject, now)) subjects.delete(key)
}

/** The newest, but of stalls the longest. */
function telling(before: DiscoveryEvent, event: DiscoveryEvent): DiscoveryEvent {
  return before.kind === 'Stalled' && event.kind === 'Stalled' && before.ms > event.ms ? before : event
}

/** The row with how it was before. */
function rowOf({ logged, earlier }: Subject): LoggedEvent {
  if (earlier === null) return logged
  let [states, told] = [earlier, untold(earlier, logged)]
  while (states.length > 1 && JSON.stringify(told).length > MOST_CHARACTERS)
    [states, told] = [everyOther(states), untold(everyOther(states), logged)]
  return { ...logged, earlier: told }
}

/** The states, each with its event only where the next one has another. */
function untold(states: readonly Required<EarlierState>[], { event: newest }: LoggedEvent): readonly EarlierState[] {
  return states.map(({ event, ...state }, index) => {
    const next = states[index + 1]?.event ?? newest
    return event === next || isDeepStrictEqual(event, next) ? state : { ...state, event }
  })
}

/** Takes out the state that is missed least. */
function thin(states: Required<EarlierState>[]): void {
  let [least, smallest] = [1, Infinity]
  for (let index = 1; index < states.length - NEWEST_STATES; index += 1) {
    const gap = (states[index + 1]?.times ?? 0) - (states[index - 1]?.times ?? 0)
    if (gap < smallest) [least, smallest] = [index, gap]
  }
  states.splice(least, 1)
}

/** With the first one: what is told between two states is the one before. */
function everyOther<T>(list: readonly T[]): T[] {
  return list.filter((_, index) => index % 2 === 0)
}

/** How a dial failed: each way is another thing to know of a peer. That nobody was dialed is no dial. */
const WAYS = ['rests', 'not dialed', 'refused', 'no answer', 'other'] as const

function wayOf({ reason, notDialed }: Extract<DiscoveryEvent, { kind: 'DialFailed' }>): (typeof WAYS)[number] {
  if (notDialed !== undefined) return notDialed === 'rests' ? 'rests' : 'not dialed'
  if (isRefused(reason)) return 'refused'
  return ranOutOfTime(reason) ? 'no answer' : 'other'
}

/** Whether what comes now begins with a row of its own. */
function isRowOver({ beganAt }: Subject, now: number): boolean {
  return now - beganAt >= GROWS_MS
}

/** Whether what comes now is something new. */
function isOver(subject: Subject, now: number): boolean {
  return isRowOver(subject, now) && now - subject.lastAt >= subject.pace.lastsMs
}

/** A failure with since when it goes on, where that is before its row. */
function goingOn(event: DiscoveryEvent, since: number, at: number): DiscoveryEvent {
  return since < at && (event.kind === 'DialFailed' || event.kind === 'SyncFailed') ? { ...event, since } : event
}

/** What an event is about, among those of its kind; null for those that each have a row: a life is told from them. */
function subjectOf(event: DiscoveryEvent): { readonly key: string; readonly pace: Pace } | null {
  switch (event.kind) {
    case 'DialFailed':
      // One row for a peer and a way to fail, at whichever of its addresses it was looked for.
      return {
        key: `${wayOf(event)} ${/\/p2p\/([^/]+)$/.exec(event.target)?.[1] ?? event.target}`,
        pace: FAILS_WITH,
      }
    case 'SyncFailed':
      return { key: `with ${event.peerId}`, pace: FAILS_WITH }
    case 'EntryRejected':
      return { key: `${event.reason} ${event.source} ${event.peerId ?? ''}`, pace: FAILS }
    case 'DhtFailed':
      return { key: 'the DHT', pace: FAILS }
    case 'IdentityClash':
      return { key: `with ${event.startedAt}`, pace: FAILS }
    case 'PeerUpdated':
      return event.changed.length === 0
        ? { key: `still ${event.peerId}`, pace: STAYS }
        : { key: `of ${event.peerId}`, pace: HAPPENS }
    case 'PeerRestarted':
    case 'NeighborUp':
    case 'NeighborDown':
    case 'SyncCompleted':
      return { key: `with ${event.peerId}`, pace: HAPPENS }
    case 'DhtSlotClaimed':
      return { key: `slot ${event.slot}`, pace: HAPPENS }
    case 'LocalEntryUpdated':
    case 'ClockCompared':
    case 'Stalled':
      return { key: 'our own', pace: HAPPENS }
    case 'PeerDiscovered':
    case 'PeerDeparted':
    case 'NetworkJoined':
    case 'NetworkLeft':
    case 'NetworkFailed':
    // Each begins another stretch of our clock.
    case 'ClockJumped':
    case 'Islands':
    case 'NetworkLost':
    case 'NetworkBack':
    case 'EventsMissed':
      return null
  }
}
