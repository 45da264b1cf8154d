/** Whose entries have an address: a dial to one that was given names no peer. Pure. */
import type { PeerId } from './ids.ts'
import type { PeerRow } from './peer.ts'

type Row = Pick<PeerRow, 'peerId' | 'self' | 'state' | 'addresses'>

/**
 * The peers whose entries have each of these addresses, those that are here where there are any, else those that were: an address may have
 * passed to another. Addresses that nobody has are left out.
 */
export function holdersOf(targets: Iterable<string>, rows: Iterable<Row>): ReadonlyMap<string, readonly PeerId[]> {
  const byPlace = new Map([...targets].map((target) => [bare(target), target]))
  const here = new Map<string, PeerId[]>()
  const gone = new Map<string, PeerId[]>()
  if (byPlace.size === 0) return here
  for (const { peerId, self, state, addresses } of rows) {
    if (self) continue
    const found = state === 'online' ? here : gone
    for (const target of new Set(addresses.flatMap((address) => byPlace.get(bare(address)) ?? []))) {
      const holders = found.get(target)
      if (holders === undefined) found.set(target, [peerId])
      else holders.push(peerId)
    }
  }
  return new Map([...gone, ...here])
}

/** Without the peer at its end. */
function bare(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '')
}
