import type { PeerRow } from '../../../shared/peer.ts'

/** Changes with what may change why a peer is as it is: its state, its links, and a round-trip time that is another by a quarter. */
export function whyStamp({ state, neighbor, connected, rtt, addresses }: PeerRow): string {
  const pace = rtt === null ? '' : Math.round(Math.log(Math.max(1, rtt.srtt)) / Math.log(1.25))
  return [state, neighbor, connected, pace, addresses.join()].join(' ')
}
