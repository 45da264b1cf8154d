import type { LoggedEvent } from '../../../shared/events.ts'
import { dialedPeer, peerMeant } from '../../../shared/dialed-peer.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { laneOf } from '../../../shared/lanes.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { isCrawl } from '../../../shared/tags.ts'

/** What is the same among events: those of one key may stand in one line. */
export interface Meaning {
  readonly key: string
  /** It goes on failing with the same peer or address: one line for all of it, whatever lies between. */
  readonly lasting: boolean
}

const meanings = new WeakMap<LoggedEvent, Meaning>()

/** The meaning of an event. A goodbye and a silence have different ones, and so have refusals for different reasons. */
export function meaningOf(logged: LoggedEvent): Meaning {
  let meaning = meanings.get(logged)
  if (meaning === undefined) meanings.set(logged, (meaning = meaningNow(logged)))
  return meaning
}

function meaningNow({ event }: LoggedEvent): Meaning {
  switch (event.kind) {
    case 'DialFailed': {
      const what = event.notDialed === undefined ? 'DialFailed' : 'NotDialed'
      return { key: `${what} ${dialedPeer(event.target) ?? event.target}`, lasting: true }
    }
    case 'SyncFailed':
      return { key: `SyncFailed ${event.peerId}`, lasting: true }
    case 'EntryRejected':
    case 'PeerDeparted':
      return { key: `${event.kind} ${event.reason}`, lasting: false }
    default:
      return { key: `${event.kind} ${laneOf(event)}`, lasting: false }
  }
}

/** The peer that an event is about, also where it names one by an address only. */
export function subjectOf({ event }: LoggedEvent): PeerId | null {
  return peerMeant(event)
}

/** Whether an event is about a crawl: it says so itself where it has the entry, else what is known of its peer does. */
export function isOfCrawl(logged: LoggedEvent, peers: ReadonlyMap<PeerId, Pick<PeerRow, 'tags'>>): boolean {
  const { event } = logged
  if ('tags' in event && event.kind !== 'LocalEntryUpdated') return isCrawl(event)
  const peerId = subjectOf(logged)
  const row = peerId === null ? undefined : peers.get(peerId)
  return row !== undefined && isCrawl(row)
}
