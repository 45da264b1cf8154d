import { counted } from '../../shared/counted.ts'
import type { StoreStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent } from '../../shared/events.ts'
import { formatDuration } from '../../shared/config.ts'
import { dialCause, dialedPeer, syncCause } from '../../shared/dialed-peer.ts'
import { peerOf } from '../../shared/events.ts'
import { formatCount } from '../../shared/format-count.ts'
import { islandsToldWords } from '../../shared/island-words.ts'
import { nickname } from '../../shared/nickname.ts'
import { clashWords, clockWords, stallWords } from '../../shared/own-troubles.ts'
import { REFUSAL_WORDS, refusalDetail } from '../../shared/refusal-words.ts'
import { brokeOffWords, DEPARTURE_WORDS, eventWord, restartWords, silenceWords } from '../../shared/state-words.ts'
import { formatClock, formatLocal, formatLocalSeconds } from '../../shared/time.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import type { Io } from './io.ts'
import type { KindWords } from './kind-words.ts'
import { PLAIN_WORDS } from './kind-words.ts'

/** Prints what happens: as sentences for people, or as one JSON object a line. */
export interface Printer {
  /** Something that happened. `sentence` is the line, or the lines, that people read; null leaves it to programs. */
  event(name: string, fields: Readonly<Record<string, unknown>>, sentence: string | readonly string[] | null): void
}

/** Bytes that may wait for a reader that is slow or stopped; what comes then is counted only. */
const MOST_WAITING = 16 * 1024 * 1024

/**
 * The printer that the `--json` flag asks for. A reader that is stopped does not hold up the run: it hears later how many
 * events it missed.
 */
export function createPrinter(io: Io, json: boolean, now: () => number = Date.now): Printer {
  let missed = 0
  const print: Printer['event'] = (name, fields, sentence) => {
    if (json) return io.out(`${jsonText({ event: name, ...fields })}\n`)
    if (sentence === null) return
    const lines = typeof sentence === 'string' ? [sentence] : sentence
    io.out(`${formatLocalSeconds(now())}  ${lines.map(visible).join('\n')}\n`)
  }
  return {
    event: (name, fields, sentence) => {
      const waiting = io.waiting?.().out ?? 0
      if (waiting >= MOST_WAITING || (missed > 0 && waiting > MOST_WAITING / 2)) {
        missed += 1
        return
      }
      if (missed > 0) {
        const count = missed
        missed = 0
        print('EventsMissed', { at: now(), count }, `missed      ${counted(count, 'event')}: the output was not read`)
      }
      print(name, fields, sentence)
    },
  }
}

/** Prints one discovery event. */
export function printDiscoveryEvent(
  printer: Printer,
  event: DiscoveryEvent,
  at: number,
  words: KindWords = PLAIN_WORDS,
): void {
  const { kind, ...fields } = event
  printer.event(kind, { at, ...fields, ...words.fields(peerOf(event)) }, describeEvent(event, at, words))
}

/** Prints how the store is. */
export function printStoreStatus(printer: Printer, status: StoreStatus): void {
  const { state, reason, notice = '' } = status
  const words = [reason, notice].filter((text) => text !== '').map(visible)
  printer.event(
    'store',
    { ...status },
    `store: ${state === 'ok' && words.length === 0 ? 'works again' : words.join('. ')}`,
  )
}

/** A discovery event in words. @param at when it happened, milliseconds since the epoch */
export function describeEvent(event: DiscoveryEvent, at: number, words: KindWords = PLAIN_WORDS): string {
  switch (event.kind) {
    case 'PeerDiscovered':
      return `joined      ${words.short(event.peerId)}  by ${event.source}${list('tags', words.tags(event.tags))}`
    case 'PeerUpdated':
      return `updated     ${words.short(event.peerId)}  ${event.changed.length === 0 ? 'still there' : event.changed.join(', ')}${list('tags', words.tags(event.tags))}`
    case 'PeerRestarted':
      return `restarted   ${words.short(event.peerId)}  ${restartWords(formatClock(event.startedAt, at, { seconds: true }), event.after)}`
    case 'PeerDeparted':
      return `${DEPARTURE_WORDS[event.reason].padEnd(11)} ${words.short(event.peerId)}  ${departureWords[event.reason]}${event.reason === 'purged' ? `: ${silenceWords(at - event.version.updatedAt)}` : ''}`
    case 'NeighborUp':
      return `neighbor +  ${words.short(event.peerId)}`
    case 'NeighborDown':
      return `neighbor -  ${words.short(event.peerId)}`
    case 'SyncCompleted':
      return `synced      ${words.short(event.peerId)}  ${formatCount(event.received)} received, ${formatCount(event.sent)} sent, ${formatDuration(event.durationMs)}`
    case 'SyncFailed':
      return `sync failed ${words.short(event.peerId)}  ${syncCause(event)}${event.retryInMs === null ? '' : `; again in ${formatDuration(event.retryInMs)}`}`
    case 'DialFailed':
      return `${eventWord(event).padEnd(11)} ${dialed(event.target)}  ${dialCause(event.reason)}`
    case 'EntryRejected':
      return `refused     ${event.peerId === null ? 'an entry' : words.short(event.peerId)}  ${REFUSAL_WORDS[event.reason]}${event.detail === '' ? '' : `: ${refusalDetail(event.detail, formatLocal)}`}`
    case 'DhtSlotClaimed':
      return `DHT         slot ${event.slot} is ours`
    case 'DhtFailed':
      return `DHT failed  ${event.reason}`
    case 'IdentityClash':
      return `identity clash: ${clashWords(event.startedAt === null ? null : formatLocal(event.startedAt))}`
    case 'LocalEntryUpdated':
      return `our entry   ${counted(event.addresses.length, 'address', 'addresses')}${list('tags', words.tags(event.tags))}`
    case 'NetworkJoined':
      return `we joined   ${event.networkId}${event.brokeOffAt === undefined ? '' : `  ${brokeOffWords(formatLocal(event.brokeOffAt))}`}`
    case 'NetworkLeft':
      return `${event.how === 'closed' ? 'app closed' : 'we left   '}  ${event.networkId}`
    case 'NetworkFailed':
      return `failed      ${event.reason}`
    case 'ClockJumped':
      return `clock       jumped by ${formatDuration(Math.abs(event.byMs))} ${event.byMs < 0 ? 'back' : 'ahead'}`
    case 'ClockCompared':
      return `clock       ${clockWords(event.byMs, event.peers)}`
    case 'Stalled':
      return `stalled     ${stallWords(event.ms)}`
    case 'Islands':
      return `islands     the known links make ${islandsToldWords(event)}`
    case 'NetworkLost':
      return 'lost        the network: no neighbor answers'
    case 'NetworkBack':
      return 'back        in the network: a neighbor answers again'
    case 'EventsMissed':
      return `missed      ${counted(event.count, 'event')}`
  }
}

/** An address that was dialed, with the name of the peer that it leads to. */
function dialed(target: string): string {
  const peerId = dialedPeer(target)
  return peerId === null ? target : `${nickname(peerId)} at ${target}`
}

const departureWords = {
  graceful: 'said goodbye',
  purged: 'went silent and was purged',
  lost: 'was purged while we had lost the network',
  removed: 'was removed here',
  displaced: 'made room for another: the catalog is full',
} as const

function list(name: string, items: string): string {
  return items === '' ? '' : `  ${name}: ${items}`
}
