/**
 * The one set of words for what a peer is and what happened to it: window, command line, filters and docs use them. Stored
 * and exported fields keep the names that programs know (`online`, `departed`, `purged`).
 */
import type { LeftReason } from './compare.ts'
import type { DiscoveryEvent, EventKind } from './events.ts'
import { roughDuration } from './own-troubles.ts'
import type { DepartureReason, PeerRow, PeerState } from './peer.ts'

/** The word for a state. */
export const STATE_WORDS: Readonly<Record<PeerState, string>> = {
  online: 'here',
  departed: 'left',
  purged: 'silent',
  lost: 'not known',
  removed: 'removed',
  displaced: 'displaced',
  stored: 'stored',
}

/** Of a peer that was here when we lost the network, while that lasts: what became of it is not known yet. */
export const WAS_HERE = 'was here'

/** Of a network in which nobody is left, and whose last neighbors said so: no connection was lost. */
export const DESERTED = 'nobody is left'

/** The word for how a peer went: that of the state that it is in since. */
export const DEPARTURE_WORDS: Readonly<Record<DepartureReason, string>> = {
  graceful: STATE_WORDS.departed,
  purged: STATE_WORDS.purged,
  lost: STATE_WORDS.lost,
  removed: STATE_WORDS.removed,
  displaced: STATE_WORDS.displaced,
}

/** How a presence ended. */
export const SESSION_END_WORDS: Readonly<Record<DepartureReason | 'unknown', string>> = {
  graceful: 'said goodbye',
  purged: 'went silent',
  lost: 'not known: purged while we had lost the network',
  removed: 'removed by you',
  displaced: 'made room for another',
  unknown: 'we left, or Peerscope stopped',
}

/** What states can be asked for in filters, as people write them. */
export const STATE_VALUES = [
  'here',
  WAS_HERE,
  'neighbor',
  'connected',
  'left',
  'silent',
  'not known',
  'removed',
  'displaced',
  'stored',
  'ourselves',
] as const

/** Other names of states and departures that filters take too: those that programs know, and older ones. */
export const OLD_STATE_VALUES = ['online', 'departed', 'purged', 'lost', 'self'] as const

/** What a row needs for its words. */
type Stated = Pick<PeerRow, 'self' | 'state' | 'notKnown' | 'neighbor' | 'connected'>

/** The one word that lists show for a peer: as the legend of the graph has it, so that a word has one colour everywhere. */
export function stateWord(row: Stated): string {
  if (row.self) return 'ourselves'
  if (row.notKnown === true) return WAS_HERE
  if (row.state === 'online' && row.neighbor) return 'neighbor'
  if (row.state === 'online' && row.connected) return 'connected'
  // A file of another version may tell of a state that is not known here.
  return Object.hasOwn(STATE_WORDS, row.state) ? STATE_WORDS[row.state] : row.state
}

/** All words by which filters find a peer's state. */
export function statesOf(row: Stated): readonly string[] {
  const words: string[] = [STATE_WORDS[row.state], row.state]
  if (row.notKnown === true) words.push(WAS_HERE)
  if (row.state === 'online' && row.neighbor && !row.self) words.push('neighbor')
  if (row.state === 'online' && row.connected && !row.self) words.push('connected')
  if (row.self) words.push('ourselves', 'self')
  return words
}

/** What kinds of events are called, where that is not the kind's own name in words. */
const KIND_WORDS: Readonly<Partial<Record<string, readonly string[]>>> = {
  PeerDeparted: ['departed'],
  PeerDiscovered: ['joined', 'discovered'],
  PeerUpdated: ['updated'],
  PeerRestarted: ['restarted'],
  SyncCompleted: ['sync', 'synced'],
  EntryRejected: ['refused', 'rejected'],
  DhtSlotClaimed: ['DHT slot'],
  DhtFailed: ['DHT failed'],
  LocalEntryUpdated: ['own entry'],
  NetworkJoined: ['we joined'],
  NetworkLeft: ['we left'],
  ClockCompared: ['clocks compared'],
  EventsMissed: ['missed events'],
  Stalled: ['our machine stalled'],
  NetworkLost: ['we lost the network'],
  NetworkBack: ['we are back'],
}

/** How a departure is called beside the word of its reason. */
const DEPARTED_AS: Readonly<Record<DepartureReason, readonly string[]>> = {
  graceful: ['said goodbye', 'goodbye'],
  purged: ['went silent'],
  lost: [],
  removed: [],
  displaced: [],
}

/**
 * Since when a peer that went silent was silent, which counts from its entry (rule CT10): when it announced itself last, by its own
 * clock. We may have heard that later, from others. @param ms how old that entry was when the peer was purged
 */
export function silenceWords(ms: number): string {
  return `its last announcement was ${roughDuration(Math.max(0, ms))} old`
}

/** What is said of how a peer had departed before it restarted. That it was removed or displaced was our own doing. */
const RESTARTED_AFTER: Readonly<Record<DepartureReason, string>> = {
  graceful: ', after it said goodbye',
  purged: ', after it went silent',
  lost: ', after it was purged while we had lost the network',
  removed: '',
  displaced: '',
}

/**
 * By what a restart is known, and whether it was announced: a goodbye may not have reached us. @param when its new start, by its own clock
 */
export function restartWords(when: string, after: DepartureReason | null): string {
  return `its entry has a new start (${when})${after === null ? ', and we heard no goodbye' : RESTARTED_AFTER[after]}`
}

/** That the run before the one that joins was killed. @param when it told or showed something last */
export function brokeOffWords(when: string): string {
  return `the run before ended without a goodbye, at ${when} or later`
}

/** That we left since Peerscope was closed. */
const CLOSED = 'app closed'
/** An update that brought nothing new, and one that did. */
const AGAIN = 'announced again'
const CHANGED = 'changed'

/** Nobody answered a dial, and nobody was dialed: a kind of its own to people, and one to programs. */
const DIAL_FAILED = 'dial failed'
/** What is said of a dial that was not made, everywhere. */
export const NOT_DIALED = 'not dialed'

/** The word that people read for what happened: `joined`, `left`, `silent`, `dial failed`, `not dialed`, … */
export function eventWord(event: DiscoveryEvent): string {
  switch (event.kind) {
    case 'NetworkLeft':
      return event.how === 'closed' ? CLOSED : kindWord(event.kind)
    case 'PeerDeparted':
      return DEPARTURE_WORDS[event.reason]
    case 'DialFailed':
      return event.notDialed === undefined ? DIAL_FAILED : NOT_DIALED
    default:
      return kindWord(event.kind)
  }
}

/** What a kind of event is called, whatever its events are called. */
export function kindWord(kind: EventKind): string {
  return kind === 'PeerDeparted' ? 'departed' : wordsOfKind(kind).join(', ')
}

/** The words for events of a kind: of most kinds there is one. */
export function wordsOfKind(kind: EventKind): readonly string[] {
  switch (kind) {
    case 'PeerDeparted':
      return Object.values(DEPARTURE_WORDS)
    case 'DialFailed':
      return [DIAL_FAILED, NOT_DIALED]
    default:
      return [KIND_WORDS[kind]?.[0] ?? inWords(kind)]
  }
}

/** All words by which filters find an event's kind. */
export function kindsOf(event: DiscoveryEvent): readonly string[] {
  const { kind } = event
  if (kind === 'DialFailed') return [kind, eventWord(event)]
  const plain = [kind, inWords(kind), ...(KIND_WORDS[kind] ?? [])]
  if (kind === 'NetworkLeft') return event.how === 'closed' ? [...plain, CLOSED] : plain
  if (kind === 'PeerUpdated') return [...plain, event.changed.length === 0 ? AGAIN : CHANGED]
  if (kind !== 'PeerDeparted') return plain
  return [...plain, DEPARTURE_WORDS[event.reason], event.reason, ...DEPARTED_AS[event.reason]]
}

/** All words by which filters find the reason of a departure. */
export function reasonsOf(reason: DepartureReason): readonly string[] {
  return [reason, DEPARTURE_WORDS[reason], ...DEPARTED_AS[reason]]
}

/** All that can be asked of kinds: the words that people read, and others that are taken too. */
export function kindValues(kinds: readonly EventKind[]): {
  readonly offered: readonly string[]
  readonly also: readonly string[]
} {
  const offered = kinds.flatMap(wordsOfKind)
  const plain = kinds.flatMap((kind) => [kind, inWords(kind), ...(KIND_WORDS[kind] ?? [])])
  const others = [
    AGAIN,
    CHANGED,
    CLOSED,
    ...Object.entries(DEPARTED_AS).flatMap(([reason, names]) => [reason, ...names]),
  ]
  return { offered, also: [...new Set([...plain, ...others])].filter((word) => !offered.includes(word)) }
}

/** `SyncFailed` as `sync failed`. */
function inWords(kind: string): string {
  return kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}

/** How a peer left between two pictures, in words. */
export const LEFT_WORDS: Readonly<Record<LeftReason, string>> = {
  departed: 'said goodbye',
  purged: 'went silent',
  lost: 'not known: lost with the network',
  removed: 'removed by you',
  displaced: 'displaced by another',
  stored: 'not heard of since',
  missing: 'not in the second',
}
