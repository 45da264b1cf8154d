/** Follows what a node tells (rule CT11) from a snapshot on, and says what is wrong with it. */
import type { PeerId } from '../../src/shared/ids.ts'
import { compareVersions } from '../../src/shared/peer.ts'
import type { CatalogPeer, Discovery, Told } from '../../src/main/discovery/handle.ts'

/** One listener of one node. */
export class Follower {
  readonly items: Told[] = []
  readonly wrong: string[] = []
  /** Of the snapshot, then of the last item. */
  seq: number
  readonly shown: Map<PeerId, CatalogPeer>
  readonly neighbors: Set<PeerId>
  readonly connected: Set<PeerId>
  /** Slower than `maxRtt`. */
  readonly #hidden = new Set<PeerId>()
  /** Whose entry was told. */
  readonly #met: Set<PeerId>
  readonly #discovery: Discovery
  readonly #unlisten: () => void

  constructor(discovery: Discovery) {
    const { peers, seq } = discovery.catalog()
    this.#discovery = discovery
    this.seq = seq
    this.shown = new Map(peers)
    this.#met = new Set(peers.keys())
    this.neighbors = new Set(discovery.neighbors())
    this.connected = new Set(discovery.connectedPeers())
    this.#unlisten = discovery.onTold((told) => this.#take(told))
  }

  stop(): void {
    this.#unlisten()
  }

  /** Compares what it followed with what the node says of itself now. Peers that are stale and not purged yet may differ. */
  compare(isStale: (peer: CatalogPeer) => boolean = () => false): void {
    const { peers } = this.#discovery.catalog()
    for (const [peerId, peer] of peers)
      if (this.shown.get(peerId) !== peer) this.wrong.push(`${peerId} is not as it was told`)
    for (const [peerId, peer] of this.shown)
      if (!peers.has(peerId) && !isStale(peer)) this.wrong.push(`${peerId} was told of and is not there`)
    const { connected, neighbors } = this
    if (differ(connected, this.#discovery.connectedPeers())) this.wrong.push('other peers are connected than was told')
    if (differ(neighbors, this.#discovery.neighbors())) this.wrong.push('other peers are neighbors than was told')
  }

  #take(told: Told): void {
    this.items.push(told)
    // Before the first item the snapshot may be older than the last number.
    if (this.items.length === 1 ? told.seq <= this.seq : told.seq !== this.seq + 1)
      this.wrong.push(`${told.seq} came after ${this.seq}`)
    this.seq = told.seq
    if (told.kind === 'put') {
      this.shown.set(told.peer.entry.peerId, told.peer)
      this.#hidden.delete(told.peer.entry.peerId)
      this.#met.add(told.peer.entry.peerId)
    } else if (told.kind === 'remove') {
      if (!this.shown.delete(told.peerId)) this.wrong.push(`${told.peerId} was removed without having been there`)
      if (told.hidden) this.#hidden.add(told.peerId)
    } else if (told.kind === 'connected') this.#enter(this.connected, told.peerId, 'connected')
    else if (told.kind === 'disconnected') this.#leave(this.connected, told.peerId, 'connected')
    else this.#hear(told)
  }

  #hear({ seq, event }: Extract<Told, { kind: 'event' }>): void {
    if (event.kind === 'NeighborUp') this.#enter(this.neighbors, event.peerId, 'a neighbor')
    else if (event.kind === 'NeighborDown') this.#leave(this.neighbors, event.peerId, 'a neighbor')
    else if (event.kind === 'PeerDiscovered' || event.kind === 'PeerUpdated') {
      const shown = this.shown.get(event.peerId)
      // Who was hidden already when this began is known by its first update only.
      if (shown === undefined && event.kind === 'PeerUpdated' && !this.#met.has(event.peerId))
        this.#hidden.add(event.peerId)
      if (this.#hidden.has(event.peerId)) return
      if (shown === undefined || compareVersions(shown.entry.version, event.version) < 0)
        this.wrong.push(`${seq}: ${event.kind} of ${event.peerId} came before its entry`)
    } else if (event.kind === 'PeerDeparted') {
      this.#hidden.delete(event.peerId)
      this.#met.delete(event.peerId)
      if (this.shown.has(event.peerId)) this.wrong.push(`${seq}: ${event.peerId} departed before it was removed`)
    } else if (event.kind === 'EventsMissed') this.wrong.push(`${seq}: events were missed`)
  }

  #enter(set: Set<PeerId>, peerId: PeerId, what: string): void {
    if (set.has(peerId)) this.wrong.push(`${peerId} became ${what} twice`)
    set.add(peerId)
  }

  #leave(set: Set<PeerId>, peerId: PeerId, what: string): void {
    if (!set.delete(peerId)) this.wrong.push(`${peerId} was not ${what} before`)
  }
}

function differ(told: ReadonlySet<PeerId>, now: readonly PeerId[]): boolean {
  return told.size !== now.length || now.some((peerId) => !told.has(peerId))
}
