import type { PeerRow } from '../../../shared/peer.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import { isMuchSlower, rttOf } from '../../../shared/rtt.ts'

/** Whether something is to be explained, as far as the peer's row tells before why is answered: that place is kept then. */
export function needsWhy({ self, state, notKnown, rtt, connected }: PeerRow, others: Iterable<PeerRow>): boolean {
  if (self) return false
  if (state !== 'online' || notKnown === true) return true
  if (rtt === null) return !connected
  return isMuchSlower(rtt.srtt, rttOf(others)?.p50 ?? Infinity)
}

/** Whether nothing is wrong with a peer, and nothing happened to it that is worth telling. */
export function saysNothing({ matter, causes }: Pick<PeerWhy, 'matter' | 'causes'>): boolean {
  return causes.length === 0 && (matter === 'fine' || matter === 'ourselves')
}

/** A goodbye was heard of about when it is told, milliseconds. */
const SLACK_MS = 1000

/** Whether a departure is over since: the peer came back, and why of it as it is says nothing of that one. @param row undefined where it is not listed */
export function isOverSince(row: Pick<PeerRow, 'state' | 'lastSeen'> | undefined, leftAt: number): boolean {
  return row === undefined || row.state === 'online' || row.state === 'stored' || row.lastSeen > leftAt + SLACK_MS
}

/** Changes with what may change why a peer is as it is: its state, its start, its links, and a round-trip time that is another by a quarter. */
export function whyStamp({ state, version, neighbor, connected, rtt, addresses }: PeerRow): string {
  const pace = rtt === null ? '' : Math.round(Math.log(Math.max(1, rtt.srtt)) / Math.log(1.25))
  return [state, version.startedAt, neighbor, connected, pace, addresses.join()].join(' ')
}
