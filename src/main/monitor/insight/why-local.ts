/** Whether no connection lies between other peers and us. Pure. */
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import type { NetworkFacts } from './network-facts.ts'

/** Whether all other peers that matter are on this machine. One that tells no address says nothing. */
export function areLocal(rows: Iterable<PeerRow>, matters: (row: PeerRow) => boolean): boolean {
  let others = 0
  for (const row of rows) {
    if (row.self || row.addresses.length === 0 || !matters(row)) continue
    if (!onlyLocal(row.addresses)) return false
    others += 1
  }
  return others > 0
}

/**
 * Who matters to the trouble of a network: who is here, or was when we lost it, and who went in it. Others that left or went silent long
 * before, or that are only known from earlier, say nothing of the way to those; where nobody was met yet, all that are known do.
 */
export function inTrouble(
  { state, apart }: Pick<NetworkFacts, 'state' | 'apart'>,
  events: readonly LoggedEvent[],
): (row: PeerRow) => boolean {
  if (state === 'alone') return () => true
  const went = new Set<PeerId>(apart)
  for (const { event } of events)
    if (event.kind === 'NeighborDown' || (event.kind === 'PeerDeparted' && event.reason !== 'graceful'))
      went.add(event.peerId)
  return (row) => row.state === 'online' || row.state === 'lost' || (row.state === 'purged' && went.has(row.peerId))
}
