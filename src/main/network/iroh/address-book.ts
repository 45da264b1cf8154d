/** Where peers are, by what was dialed and by what they say: for streams and gossip, which name a peer and no address. */
import type { PeerId } from '../../../shared/ids.ts'
import { BoundedMap } from '../../discovery/base/bounded-map.ts'
import type { DialTarget } from '../../discovery/ports.ts'

/** Peers remembered, and addresses of each: of its own word or ours, and of what others say of it in the mesh. */
const PEERS = 4096
const SAID = 32
const RUMORED = 8

/** Who says where a peer is: what we dial it for, or where it came from; or members of the mesh, whom nobody checks. */
export type AddressSource = 'said' | 'rumored'

/** Addresses of one node's peers. They are judged when they are dialed, as those of any stranger. */
export class AddressBook {
  readonly #known: Readonly<Record<AddressSource, BoundedMap<PeerId, readonly string[]>>> = {
    said: new BoundedMap(PEERS),
    rumored: new BoundedMap(PEERS),
  }
  #lookUp: (peerId: PeerId) => readonly string[] = () => []

  /** The newest word comes first; older ones stay behind it while there is room. Rumors never push out anything else. */
  learn(peerId: PeerId, addresses: readonly string[], source: AddressSource = 'said'): void {
    if (addresses.length === 0) return
    const known = this.#known[source]
    const all = [...new Set([...addresses, ...(known.get(peerId) ?? [])])]
    known.set(peerId, all.slice(0, source === 'said' ? SAID : RUMORED))
  }

  /** Somebody else who knows addresses: the catalog. */
  use(lookUp: (peerId: PeerId) => readonly string[]): void {
    this.#lookUp = lookUp
  }

  /** A target for the peer; without addresses where nothing is known. */
  target(peerId: PeerId): DialTarget {
    const { said, rumored } = this.#known
    const all = [...this.#lookUp(peerId), ...(said.get(peerId) ?? []), ...(rumored.get(peerId) ?? [])]
    return { peerId, addresses: [...new Set(all)] }
  }
}
