/** What happened, and what happened just before that explains it: in words, from the newest events. Pure. */
import { counted } from '../../../shared/counted.ts'
import { formatCount } from '../../../shared/format-count.ts'
import { formatDuration } from '../../../shared/config.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../shared/events.ts'
import { eventSince, peerOf } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { StallFigures } from '../../../shared/health.ts'
import { islandsWords } from '../../../shared/island-words.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { DepartureReason } from '../../../shared/peer.ts'
import { clockWords } from '../../../shared/own-troubles.ts'
import { silenceWords } from '../../../shared/state-words.ts'
import type { Cause } from '../../../shared/why.ts'
import { stallOf } from '../insight/logged.ts'
import { stallFigures } from '../insight/stalls.ts'
import { becauseOf } from '../insight/why-parts.ts'
import { didWords, GOODBYE, mostSlowWords, noNeighborWords, ownTroubles, sentence } from '../insight/words.ts'

/** How far back a cause is looked for, milliseconds. */
const BACK_MS = 60_000
/** Events that an alert carries. */
const MAX_EVENTS = 5

/** What a rule found. Times are milliseconds. */
export type Finding =
  | { readonly kind: 'peer-departed'; readonly peerId: PeerId; readonly graceful: boolean; readonly silentMs: number }
  /** Many went silent since we have no neighbors: one cause. */
  | { readonly kind: 'peers-lost'; readonly peerId: PeerId; readonly lostAt: number }
  | { readonly kind: 'peer-appeared'; readonly peerId: PeerId; readonly tags: readonly string[] }
  | {
      readonly kind: 'peer-count'
      readonly count: number
      readonly direction: 'below' | 'above'
      readonly limit: number
      readonly forMs: number
      readonly filter: string
    }
  | {
      readonly kind: 'rtt-above'
      readonly peerId: PeerId
      readonly rtt: number
      readonly limit: number
      readonly forMs: number
      /** Of those that are measured. */
      readonly slow: number
      readonly measured: number
    }
  /** `lostAt` is null where the network failed. */
  | { readonly kind: 'network-lost'; readonly reason: string; readonly lostAt: number | null; readonly forMs: number }
  /** Many went silent after our own machine stood still: one cause. */
  | { readonly kind: 'peers-stalled'; readonly peerId: PeerId; readonly stalls: StallFigures }
  /** Many went silent while our own clock was wrong: one cause. */
  | { readonly kind: 'peers-clock'; readonly peerId: PeerId; readonly byMs: number; readonly peers: number }
  | {
      readonly kind: 'network-split'
      readonly count: number
      readonly sizes: readonly number[]
      /** What is the most likely cause; null where none is known. Asked once, as it is told. */
      readonly why: () => Pick<Cause, 'kind' | 'words' | 'confidence' | 'events'> | null
    }

/** An alert's words. */
export interface Told {
  readonly what: string
  readonly cause: string
  /** When it began, milliseconds since the epoch. */
  readonly beganAt: number
  /** Newest first. */
  readonly events: readonly LoggedEvent[]
}

/** A moment, milliseconds since the epoch, and for how long it was so by then. */
export interface Held {
  readonly at: number
  readonly heldMs: number
}

/** When it began. A loss has a beginning of its own: all that is told of it has that one. */
export function beganAtOf(finding: Finding, { at, heldMs }: Held): number {
  return ('lostAt' in finding ? finding.lostAt : null) ?? at - heldMs
}

/**
 * Tells of a finding.
 * @param recent newest last
 * @param counts of a number of peers, whether one is among those that are counted: no others explain it
 */
export function tell(
  finding: Finding,
  recent: readonly LoggedEvent[],
  held: Held,
  counts: (peerId: PeerId) => boolean,
): Told {
  const { at } = held
  const beganAt = beganAtOf(finding, held)
  const split = finding.kind === 'network-split' ? finding.why() : null
  const around = recent.flatMap((logged) => eventSince(logged, beganAt - BACK_MS) ?? [])
  const events = around.filter(({ event }) => explains(finding, event, counts)).toReversed()
  const behind = new Set(split?.events)
  // What its cause is known by may be of earlier splits too, which healed long before.
  const telling = around.filter(({ seq, event }) => behind.has(seq) && event.kind !== 'Islands')
  return {
    what: what(finding, split),
    cause: split === null ? cause(finding, events, at) : sentence([becauseOf(split)]),
    beganAt,
    events: rowsOf(
      telling.length === 0
        ? events
        : around.filter((one) => telling.includes(one) || isItself(finding, one.event)).toReversed(),
      finding,
    ),
  }
}

/**
 * Each row of the log once, as it was last: what happened again is told each time. Of many the newest, and what is told itself.
 * Newest first.
 */
function rowsOf(events: readonly LoggedEvent[], finding: Finding): readonly LoggedEvent[] {
  const seen = new Set<number>()
  const rows = events.filter(({ seq }) => !seen.has(seq) && seen.add(seq))
  const itself = rows.find(({ event }) => isItself(finding, event))
  return rows.filter((row, index) => row === itself || index < MAX_EVENTS - (itself === undefined ? 0 : 1))
}

/** Whether an event says what a finding is, and does not only explain it. */
function isItself({ kind }: Finding, event: DiscoveryEvent): boolean {
  if (event.kind === 'Islands') return kind === 'network-split' && event.count > 1
  return event.kind === 'NetworkLost' && (kind === 'network-lost' || kind === 'peers-lost')
}

/** @param split the most likely cause of a split; null where there is none */
function what(finding: Finding, split: Pick<Cause, 'kind'> | null): string {
  switch (finding.kind) {
    case 'peer-departed':
      return `${nickname(finding.peerId)} ${finding.graceful ? 'left' : 'went silent and was purged'}`
    case 'peers-lost':
      return 'It was we who lost the network: peers that we cannot hear are purged'
    case 'peers-stalled':
      return 'It was our own machine that stalled: peers that it did not hear meanwhile are purged'
    case 'peers-clock':
      return 'It was our own clock that was wrong: peers that it made seem old are purged'
    case 'network-split':
      return `The network ${split?.kind === 'crashed' ? 'looks split' : 'split'} into ${islandsWords(finding.count, finding.sizes)}`
    case 'peer-appeared':
      return `${nickname(finding.peerId)} appeared${finding.tags.length === 0 ? '' : `, tags: ${finding.tags.join(' ')}`}`
    case 'peer-count': {
      // Fewer than one.
      const none = finding.count === 0 && finding.limit === 1 && finding.direction === 'below'
      const peers = counted(finding.count, 'peer')
      const pass = none || finding.count === 1 ? 'passes' : 'pass'
      const of = finding.filter === '' ? '' : ` that ${pass} “${finding.filter}”`
      if (none) return `No peer${of} is here${lasting(finding.forMs)}`
      return `${peers}${of}: ${finding.direction} ${formatCount(finding.limit)}${lasting(finding.forMs)}`
    }
    case 'rtt-above':
      return `${nickname(finding.peerId)} answers in ${formatDuration(shownAbove(finding))}: above ${formatDuration(finding.limit)}${lasting(finding.forMs)}`
    case 'network-lost':
      return `We lost the network${lasting(finding.forMs)}`
  }
}

/** To the millisecond, but above the limit in words too. */
function shownAbove({ rtt, limit }: { readonly rtt: number; readonly limit: number }): number {
  const rounded = Math.round(rtt)
  return rounded > limit ? rounded : Math.ceil(rtt)
}

function lasting(forMs: number): string {
  // It is told when it has lasted for so long; how long it lasts then is told of the alert.
  return forMs === 0 ? '' : `, for at least ${formatDuration(forMs)}`
}

function cause(finding: Finding, events: readonly LoggedEvent[], at: number): string {
  const kinds = events.map(({ event }) => event)
  // Where they are the cause, all of them are told, of however long ago.
  const stalls = finding.kind === 'peers-stalled' ? finding.stalls : stallsAmong(events)
  const own = ownTroubles(kinds, stalls)
  switch (finding.kind) {
    case 'peer-departed':
      if (finding.graceful) return sentence([GOODBYE])
      return sentence([silenceWords(finding.silentMs), ...own])
    case 'peers-lost':
      return sentence([noNeighborWords(Math.max(0, at - finding.lostAt)), ...own])
    case 'peers-stalled':
      return sentence(own)
    case 'peers-clock':
      return sentence([clockWords(finding.byMs, finding.peers)])
    case 'network-split':
      return sentence([...leftWords(kinds), ...own])
    case 'peer-appeared': {
      const found = kinds.find((event) => event.kind === 'PeerDiscovered')
      const before = kinds.some((event) => event.kind === 'PeerDeparted')
      return sentence([
        ...(found === undefined ? [] : [`heard of by ${found.source}`]),
        ...(before ? ['it had left a moment before'] : []),
      ])
    }
    case 'peer-count': {
      const came = kinds.filter((event) => event.kind === 'PeerDiscovered').length
      const parts = finding.direction === 'below' ? leftWords(kinds) : [didWords(came, 'peer', 'came')]
      return sentence([...parts, ...own])
    }
    case 'rtt-above': {
      // One slow peer is its own trouble; when most are slow it is ours.
      const most = finding.measured > 2 && finding.slow * 2 > finding.measured
      return sentence([
        most
          ? mostSlowWords(finding.slow, finding.measured)
          : `${formatCount(finding.slow)} of ${counted(finding.measured, 'measured peer')} ${finding.slow === 1 ? 'is' : 'are'} above it`,
        ...(kinds.some((event) => event.kind === 'SyncFailed') ? ['a sync with it failed'] : []),
        ...own,
      ])
    }
    case 'network-lost': {
      const neighbors = kinds.filter((event) => event.kind === 'NeighborDown').length
      const departed = leftBy(kinds, 'graceful')
      const dials = kinds.filter((event) => event.kind === 'DialFailed' && event.notDialed === undefined).length
      return sentence([
        ...(finding.reason === '' ? [] : [finding.reason]),
        didWords(neighbors, 'neighbor', 'broke off'),
        didWords(departed, 'peer', 'said goodbye'),
        didWords(dials, 'dial', 'failed'),
        ...own,
      ])
    }
  }
}

/** Our own stalls in figures; null for none. */
function stallsAmong(events: readonly LoggedEvent[]): StallFigures | null {
  return stallFigures(events.flatMap(stallOf), -Infinity, Infinity)
}

/** How many left, and how. */
function leftWords(events: readonly DiscoveryEvent[]): readonly string[] {
  return [
    didWords(leftBy(events, 'purged'), 'peer', 'went silent'),
    didWords(leftBy(events, 'graceful'), 'peer', 'said goodbye'),
  ]
}

function leftBy(events: readonly DiscoveryEvent[], reason: DepartureReason): number {
  return events.filter((event) => event.kind === 'PeerDeparted' && event.reason === reason).length
}

function explains(finding: Finding, event: DiscoveryEvent, counts: (peerId: PeerId) => boolean): boolean {
  switch (event.kind) {
    case 'Stalled':
    case 'ClockJumped':
    case 'ClockCompared':
    case 'IdentityClash':
    case 'NetworkFailed':
      return finding.kind !== 'peer-appeared'
    case 'LocalEntryUpdated':
      return finding.kind === 'network-lost' || finding.kind === 'peers-lost'
    case 'NeighborDown':
      return (
        finding.kind === 'network-lost' ||
        finding.kind === 'network-split' ||
        finding.kind === 'peers-lost' ||
        isAbout(finding, event)
      )
    case 'DialFailed':
      return finding.kind === 'network-lost' || finding.kind === 'peers-lost'
    case 'PeerDeparted':
      return (
        finding.kind === 'network-lost' ||
        finding.kind === 'network-split' ||
        (finding.kind === 'peer-count' && finding.direction === 'below' && counts(event.peerId)) ||
        isAbout(finding, event)
      )
    case 'PeerDiscovered':
      return (
        (finding.kind === 'peer-count' && finding.direction === 'above' && counts(event.peerId)) ||
        isAbout(finding, event)
      )
    case 'SyncFailed':
      return finding.kind === 'network-lost' || isAbout(finding, event)
    case 'PeerRestarted':
      return isAbout(finding, event)
    case 'PeerUpdated':
      return event.changed.length > 0 && isAbout(finding, event)
    case 'NeighborUp':
    case 'SyncCompleted':
    case 'EntryRejected':
    case 'DhtSlotClaimed':
    case 'DhtFailed':
    case 'Islands':
    case 'NetworkLost':
      return isItself(finding, event)
    case 'NetworkJoined':
    case 'NetworkLeft':
    case 'NetworkBack':
    case 'EventsMissed':
      return false
  }
}

function isAbout(finding: Finding, event: DiscoveryEvent): boolean {
  return 'peerId' in finding && peerOf(event) === finding.peerId
}
