import type { SessionRow } from '../../../shared/contract.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { peerMeant } from '../../../shared/dialed-peer.ts'
import type { PeerId } from '../../../shared/ids.ts'

/** A presence on a strip from 0 to 1, the oldest one at the left. */
export interface StripPart {
  readonly id: number
  readonly left: number
  readonly width: number
}

/** Least width of a presence: shorter ones would not be seen. */
const LEAST = 0.006

/** Where presences stand on a strip that ends now. Times are milliseconds since the epoch. */
export function stripOf(sessions: readonly SessionRow[], now: number): StripPart[] {
  const first = sessions.reduce((least, { from }) => Math.min(least, from), now)
  const span = Math.max(1, now - first)
  return sessions.map(({ id, from, to }) => {
    const width = Math.min(1, Math.max(LEAST, (Math.min(now, to ?? now) - from) / span))
    return { id, left: Math.min((from - first) / span, 1 - width), width }
  })
}

/** Another text when a peer is told of once more, of events that have the newest first: a row that grew may be an older one. */
export function newestStamp(recent: readonly LoggedEvent[], peerId: PeerId): string {
  let [seq, times] = [0, 0]
  for (const logged of recent) {
    if (peerMeant(logged.event) !== peerId || isNoise(logged)) continue
    seq = Math.max(seq, logged.seq)
    times += logged.times ?? 1
  }
  return `${seq} ${times}`
}

/** Whether an event says nothing new: a peer announces itself again and again. */
export function isNoise({ event }: LoggedEvent): boolean {
  return event.kind === 'PeerUpdated' && event.changed.length === 0
}

/** Rows of several pages in one list, newest first; of what goes on, by when it happened last. */
export function newestFirst(rows: readonly LoggedEvent[]): readonly LoggedEvent[] {
  const lastOf = ({ at, lastAt = at }: LoggedEvent): number => lastAt
  return rows.toSorted((a, b) => lastOf(b) - lastOf(a) || b.seq - a.seq)
}
