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
    for (const address of addresses) {
      const target = byPlace.get(bare(address))
      if (target === undefined) continue
      const holders = found.get(target)
      if (holders === undefined) found.set(target, [peerId])
      // It may state the address with its id and without.
      else if (holders.at(-1) !== peerId) holders.push(peerId)
    }
  }
  return new Map([...gone, ...here])
}

/** Without the peer at its end. Asked of each address of ten thousand peers. */
function bare(address: string): string {
  const end = address.lastIndexOf('/p2p/')
  return end >= 0 && !address.includes('/', end + 5) && address.length > end + 5 ? address.slice(0, end) : address
}
