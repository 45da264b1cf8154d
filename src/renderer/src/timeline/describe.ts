import { dialCause, syncCause } from '../../../shared/dialed-peer.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../shared/events.ts'
import { goesOnSince } from '../../../shared/growing.ts'
import { islandsToldWords } from '../../../shared/island-words.ts'
import { laneOf } from '../../../shared/lanes.ts'
import { clashWords, clockWords, stallWords } from '../../../shared/own-troubles.ts'
import { refusalDetail } from '../../../shared/refusal-words.ts'
import { brokeOffWords, eventWord, restartWords, silenceWords } from '../../../shared/state-words.ts'
import {
  formatBytes,
  formatCount,
  formatDayAndClock,
  formatDrift,
  formatExact,
  formatSince,
  roughDuration,
} from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import type { BurstLine } from './bursts.ts'
import { subjectOf } from './meaning.ts'

/** How what the engine tells is written for the people of a network. */
export interface Say {
  /** A sentence with ids and addresses in it. */
  readonly said: (sentence: string) => string
  /** A tag. */
  readonly wordOf: (tag: string) => string
}

const AS_IT_IS: Say = { said: (sentence) => sentence, wordOf: (tag) => tag }

/** What happened, in a word or two: a goodbye and a silence have different ones. */
export function labelOf(event: DiscoveryEvent): string {
  const text = strings.timeline
  switch (event.kind) {
    case 'PeerUpdated':
      return event.changed.length === 0 ? text.lanes.again : text.changed
    case 'PeerDeparted':
      return event.reason === 'removed' || event.reason === 'displaced' ? eventWord(event) : text.lanes[laneOf(event)]
    default:
      return eventWord(event)
  }
}

/** What a line of several events says: how often it happened, which rows count; of re-announcements how many rows, as bars and legend do. */
export function describeBurst({ newest, count, times, peers }: BurstLine): string {
  const { event } = newest
  const text = strings.timeline.bursts
  const told = laneOf(event) === 'again' ? count : times
  const often = formatCount(told)
  const about = (words: (count: string) => string): string =>
    peers.length === told ? words(often) : text.ofPeers(words(often), formatCount(peers.length))
  switch (event.kind) {
    case 'PeerDiscovered':
      return about(text.joined)
    case 'PeerUpdated':
      return about(event.changed.length === 0 ? text.again : text.changed)
    case 'PeerRestarted':
      return about(text.restarted)
    case 'PeerDeparted':
      return about(text.departed[event.reason])
    case 'NeighborUp':
      return about(text.neighborUp)
    case 'NeighborDown':
      return about(text.neighborDown)
    case 'SyncCompleted':
      return about(text.synced)
    case 'DialFailed':
      return (event.notDialed === undefined ? text.dialFailed : text.notDialed)(often)
    case 'SyncFailed':
      return text.syncFailed(often)
    case 'EntryRejected':
      return text.refused(often, strings.rejected[event.reason])
    default:
      return text.other(often, labelOf(event))
  }
}

/**
 * An event in words, with its reason. The peer it is about stands beside it. How often comes first: what does not fit is cut off.
 * @param owners who has an address that was dialed without its peer
 */
export function describeEvent(logged: LoggedEvent, say: Say = AS_IT_IS, owners = ''): string {
  const { at, times = 1, lastAt = at } = logged
  const since = goesOnSince(logged)
  const text = strings.past
  const often = [
    ...(since === at ? [] : [text.failingSince(formatSince(since, at))]),
    ...(times === 1 ? [] : [text.again(formatCount(times), formatDayAndClock(lastAt, at))]),
  ]
  const what = [...(often.length === 0 ? [] : [often.join(', ')]), describeOne(logged, say)].join(' · ')
  if (logged.event.kind !== 'DialFailed') return what
  // Where no peer stands beside it, it is the address that tells which.
  const target = say.said(logged.event.target)
  return subjectOf(logged) === null ? `${target}${owners} · ${what}` : `${what} · ${target}`
}

function describeOne({ at, event }: LoggedEvent, { said, wordOf }: Say): string {
  const text = strings.events
  switch (event.kind) {
    case 'PeerDiscovered':
      return text.discovered(strings.sources[event.source])
    case 'PeerUpdated':
      return event.changed.length === 0
        ? text.reannounced(strings.sources[event.source])
        : text.updated(event.changed.join(', '), strings.sources[event.source])
    case 'PeerRestarted':
      return text.restarted(restartWords(formatDayAndClock(event.startedAt, at), event.after))
    case 'PeerDeparted':
      return departure(event, at)
    case 'NeighborUp':
      return text.neighborUp
    case 'NeighborDown':
      return text.neighborDown
    case 'SyncCompleted':
      return text.synced(event.received, event.sent, formatBytes(event.bytes), roughDuration(event.durationMs))
    case 'SyncFailed':
      return text.syncFailed(said(syncCause(event)), event.retryInMs === null ? null : roughDuration(event.retryInMs))
    case 'DialFailed':
      return (event.notDialed === undefined ? text.dialFailed : text.notDialed)(said(dialCause(event.reason)))
    case 'EntryRejected':
      return text.rejected(
        strings.rejected[event.reason],
        strings.sources[event.source],
        said(refusalDetail(event.detail, (moment) => formatDayAndClock(moment, at))),
      )
    case 'DhtSlotClaimed':
      return text.dhtClaimed(event.slot)
    case 'DhtFailed':
      return text.dhtFailed(said(event.reason))
    case 'IdentityClash':
      return clashWords(event.startedAt === null ? null : formatExact(event.startedAt))
    case 'LocalEntryUpdated':
      return text.local(event.tags.length === 0 ? strings.settings.none : event.tags.map(wordOf).join(', '))
    case 'NetworkJoined': {
      const words = text.joined(event.addresses.length)
      return event.brokeOffAt === undefined ? words : `${words}; ${brokeOffWords(formatExact(event.brokeOffAt))}`
    }
    case 'NetworkLeft':
      return event.how === 'closed' ? text.closed : text.left
    case 'NetworkFailed':
      return text.failed(said(event.reason))
    case 'ClockJumped':
      return text.clock(formatDrift(event.byMs))
    case 'ClockCompared':
      return clockWords(event.byMs, event.peers)
    case 'Stalled':
      return stallWords(event.ms)
    case 'Islands':
      return text.islands(islandsToldWords(event))
    case 'NetworkLost':
      return text.lost
    case 'NetworkBack':
      return text.back
    case 'EventsMissed':
      return text.missed(formatCount(event.count))
  }
}

function departure(event: Extract<DiscoveryEvent, { kind: 'PeerDeparted' }>, at: number): string {
  switch (event.reason) {
    case 'graceful':
      return strings.events.graceful
    case 'purged':
      return strings.events.purged(silenceWords(at - event.version.updatedAt))
    case 'lost':
      return strings.events.lostWithUs
    case 'removed':
      return strings.events.removed
    case 'displaced':
      return strings.events.displaced
  }
}
