/** How often a rule would have fired lately: the stored events once more, by the code that watches, in the time that they tell of. */
import type { AlertRule, RulePreview } from '../../../shared/alerts.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { Noted } from '../../../shared/filter-peers.ts'
import { peerFields } from '../../../shared/filter-peers.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Names } from '../../../shared/names.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { Store, StoredPeer } from '../../store/types.ts'
import { lossAt } from '../loss.ts'
import { storedRow } from '../rows.ts'
import { inTurns, turn } from '../turns.ts'
import type { Timing } from './phases.ts'
import { dueAt, FRESH, look } from './phases.ts'
import { Rules, SETTLE_MS } from './rules.ts'

/** How far back events are read, milliseconds. */
export const PREVIEW_MS = 86_400_000
/** Most events that are read; and how many are replayed before others get a turn. */
const MAX_EVENTS = 20_000
const EVENTS_AT_ONCE = 200
/** What the replay goes by. */
const KINDS: readonly EventKind[] = [
  'PeerDiscovered',
  'PeerDeparted',
  'NetworkJoined',
  'NetworkLeft',
  'NetworkFailed',
  'NetworkLost',
  'NetworkBack',
  'Stalled',
  'ClockCompared',
  'ClockJumped',
  'Islands',
]

/** What a replay reads. */
export interface ReplayParts {
  readonly store: Pick<Store, 'eventsPage' | 'lastSeqAt' | 'clockOf' | 'peer' | 'catalogAt'>
  readonly networkKey: NetworkKey
  readonly row: (peerId: PeerId) => PeerRow | undefined
  readonly noteOf: (peerId: PeerId) => Noted | null
  readonly namesNow: () => Names
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Rules whose past is in the events. */
export type Replayed = Exclude<AlertRule, { kind: 'rtt-above' | 'network-lost' }>

/** Plays what happened to a rule, and says when that would have fired. */
interface Player {
  take(logged: LoggedEvent): void
  /** Nothing more happened until now. */
  end(now: number): void
}

/** Called with the moment of each alert. */
type Fire = (at: number) => void

/** How often the rule would have fired, and since when that is counted. */
export async function replay(parts: ReplayParts, rule: Replayed): Promise<Pick<RulePreview, 'fired' | 'since'>> {
  const { events, from, since } = await recentEvents(parts)
  let fired = 0
  const player = await playerOf(parts, rule, from, (at) => {
    if (at >= since) fired += 1
  })
  for (const [index, logged] of events.entries()) {
    player.take(logged)
    if (index % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) await turn()
  }
  player.end(parts.now)
  return { fired, since }
}

/** Events that are replayed. */
interface Recent {
  /** Oldest first. */
  readonly events: readonly LoggedEvent[]
  /** The moment from which they are all there, milliseconds since the epoch. */
  readonly from: number
  /** The moment from which it is counted what fires: later where we had lost the network then. */
  readonly since: number
}

/** The events of the last day. A loss in which that day begins is replayed as a whole: it says who counts as here. */
async function recentEvents({ store, networkKey, now }: ReplayParts): Promise<Recent> {
  const newest: LoggedEvent[] = []
  const since = now - PREVIEW_MS
  const from = lossAt(store, networkKey, since)?.at ?? since
  let before: number | undefined
  for (;;) {
    const page = store.eventsPage({
      networkKey,
      limit: EVENTS_AT_ONCE,
      kinds: KINDS,
      ...(before === undefined ? {} : { before }),
    })
    const inside = page.events.filter(({ at }) => at >= from)
    newest.push(...inside)
    const last = page.events.at(-1)
    if (last === undefined || !page.more || inside.length < page.events.length)
      return { events: newest.toReversed(), from, since }
    if (newest.length >= MAX_EVENTS)
      return { events: newest.toReversed(), from: last.at, since: Math.max(since, last.at) }
    before = last.seq
    await turn()
  }
}

async function playerOf(parts: ReplayParts, rule: Replayed, from: number, fire: Fire): Promise<Player> {
  switch (rule.kind) {
    case 'peer-count':
      return counter(parts, rule, await hereAt(parts, rule.filter, from), from, fire)
    case 'network-split':
      return splits(rule, fire)
    case 'peer-departed':
    case 'peer-appeared':
      return moves(parts, rule, fire)
  }
}

/** Who was here at the moment and passes the filter. */
async function hereAt(parts: ReplayParts, filter: string, at: number): Promise<Set<PeerId>> {
  const { store, networkKey, row, noteOf, namesNow } = parts
  const passes = parseFilter(filter, peerFields(noteOf, namesNow))
  const here = new Set<PeerId>()
  let looked = 0
  for (const { peerId } of await inTurns(store.catalogAt(networkKey, at))) {
    const found = row(peerId) ?? storedRowOf(store.peer(networkKey, peerId))
    if (found !== null && !found.self && passes({ ...found, state: 'online' }, at)) here.add(peerId)
    looked += 1
    if (looked % EVENTS_AT_ONCE === 0) await turn()
  }
  return here
}

function storedRowOf(stored: StoredPeer | null): PeerRow | null {
  return stored === null ? null : storedRow(stored)
}

/** Rows as they were after an event: as they are known now, in the state that the event tells of. */
function rowsOf({ store, networkKey, row }: ReplayParts): (logged: LoggedEvent) => PeerRow | null {
  const known = new Map<PeerId, PeerRow | null>()
  const find = (peerId: PeerId): PeerRow | null => row(peerId) ?? storedRowOf(store.peer(networkKey, peerId))
  return ({ event }) => {
    if (event.kind !== 'PeerDiscovered' && event.kind !== 'PeerDeparted') return null
    const { peerId } = event
    const found = known.get(peerId) ?? find(peerId)
    if (found === null || found.self) return null
    const state: PeerState =
      event.kind === 'PeerDiscovered' ? 'online' : event.reason === 'graceful' ? 'departed' : event.reason
    const then: PeerRow = { ...found, state }
    known.set(peerId, then)
    return then
  }
}

/** Departures and appearances, which happen in a moment: by the engine itself. */
function moves(parts: ReplayParts, rule: AlertRule, fire: Fire): Player {
  const engine = new Rules(1, SETTLE_MS, parts.noteOf, parts.namesNow)
  engine.set([rule])
  const rowOf = rowsOf(parts)
  let state: 'online' | 'lost' = 'online'
  return {
    take: (logged) => {
      const { event, at } = logged
      if (event.kind === 'NetworkLost') state = 'lost'
      else if (event.kind === 'NetworkBack' || event.kind === 'NetworkJoined') state = 'online'
      const row = rowOf(logged)
      const sight = {
        at,
        monotonic: at,
        state,
        loss: null,
        row: (peerId: PeerId) => (row?.peerId === peerId ? row : undefined),
        rows: () => (row === null ? [] : [row]),
        whySplit: () => null,
      }
      if (event.kind === 'NetworkJoined') engine.restart(sight, parts.networkKey, event.purgeAfterMs)
      const outcomes = [...engine.look(sight), ...engine.event(logged, sight), ...engine.look(sight)]
      for (const { type } of outcomes) if (type === 'fire') fire(at)
    },
    end: () => undefined,
  }
}

/** Counts that go below or above a limit, with the count kept along. */
function counter(
  parts: ReplayParts,
  rule: Extract<AlertRule, { kind: 'peer-count' }>,
  here: Set<PeerId>,
  from: number,
  fire: Fire,
): Player {
  const { direction, count, forMs, cooldownMs } = rule
  const passes = parseFilter(rule.filter, peerFields(parts.noteOf, parts.namesNow))
  const rowOf = rowsOf(parts)
  // As those that watch: where there were never so many, none are missing.
  let met = here.size >= count
  const holds = (): boolean => (direction === 'below' ? met && here.size < count : here.size > count)
  // Where nobody is known to have been here we had not joined yet.
  const lasts = new LastingCondition({ forMs, cooldownMs }, holds, here.size > 0 ? from : Infinity, fire)
  /** Who was lost with us: as those that watch see it, here until we are back. */
  const lost = new Set<PeerId>()
  return whileJoined(lasts, SETTLE_MS, {
    clear: () => {
      lost.clear()
      here.clear()
      met = false
    },
    apply: (logged) => {
      if (logged.event.kind === 'NetworkBack') {
        for (const peerId of lost) here.delete(peerId)
        lost.clear()
        lasts.settle(logged.at + SETTLE_MS)
      }
      const row = rowOf(logged)
      if (row === null) return
      if (row.state === 'lost') return void lost.add(row.peerId)
      lost.delete(row.peerId)
      if (row.state === 'online' && passes(row, logged.at)) here.add(row.peerId)
      else here.delete(row.peerId)
      met ||= here.size >= count
    },
  })
}

/** Splits of the network. */
function splits({ cooldownMs }: Extract<AlertRule, { kind: 'network-split' }>, fire: Fire): Player {
  let split = false
  // They are told once they have lasted.
  return whileJoined(new LastingCondition({ forMs: 0, cooldownMs }, () => split, -Infinity, fire), 0, {
    clear: () => void (split = false),
    apply: ({ event }) => {
      if (event.kind === 'Islands') split = event.count > 1
    },
  })
}

/** What has to last, while we are in the network. @param settleMs after joining nothing fires for so long */
function whileJoined(
  lasts: LastingCondition,
  settleMs: number,
  watched: { readonly clear: () => void; readonly apply: (logged: LoggedEvent) => void },
): Player {
  return {
    take: (logged) => {
      const { event, at } = logged
      if (event.kind === 'NetworkJoined') {
        // The run before did not leave: it is known until then.
        if (event.brokeOffAt !== undefined) lasts.pass(event.brokeOffAt)
        watched.clear()
        return lasts.restart(at + settleMs)
      }
      lasts.pass(at)
      if (event.kind === 'NetworkLeft' || event.kind === 'NetworkFailed') {
        watched.clear()
        return lasts.restart(Infinity)
      }
      watched.apply(logged)
      return lasts.look(at)
    },
    end: (now) => lasts.pass(now),
  }
}

/** A condition that has to last, by the phases of those that watch. Time goes by between events too, and after the last one. */
class LastingCondition {
  readonly #timing: Timing
  readonly #holds: () => boolean
  readonly #fire: Fire
  #settledAt: number
  #memory = FRESH
  #lookedAt = -Infinity
  #fired = 0

  /** @param settledAt before it nothing begins to count; Infinity while we are not in the network */
  constructor(timing: Timing, holds: () => boolean, settledAt: number, fire: Fire) {
    this.#timing = timing
    this.#holds = holds
    this.#settledAt = settledAt
    this.#fire = fire
  }

  /** Another run begins, or none. */
  restart(settledAt: number): void {
    this.#arm()
    this.#settledAt = settledAt
  }

  /** We are back: who is here is met again. */
  settle(settledAt: number): void {
    this.#settledAt = Math.max(this.#settledAt, settledAt)
  }

  /** The condition stays as it is until then: it may have lasted long enough meanwhile. */
  pass(to: number): void {
    for (let due = this.#due(); due < to; due = this.#due()) this.look(due)
    this.look(to)
  }

  look(at: number): void {
    this.#lookedAt = at
    if (at < this.#settledAt && this.#memory.phase.name !== 'firing') return this.#arm()
    const { memory, acts } = look(this.#memory, this.#holds(), at, this.#fired + 1, this.#timing)
    this.#memory = memory
    for (const { type } of acts) {
      if (type !== 'fire') continue
      this.#fired += 1
      this.#fire(at)
    }
    return undefined
  }

  /** The next moment at which a look would change something, though nothing happens. */
  #due(): number {
    const settles = this.#lookedAt < this.#settledAt ? this.#settledAt : Infinity
    return Math.min(settles, dueAt(this.#memory, this.#timing))
  }

  #arm(): void {
    this.#memory = { ...this.#memory, phase: { name: 'armed' } }
  }
}
