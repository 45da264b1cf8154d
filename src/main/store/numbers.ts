import type Database from 'better-sqlite3'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { kindAndIdOf } from '../../shared/network-kind.ts'
import type { Among } from './health-types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const NUMBER_QUERIES = {
  networkNumber: 'SELECT num FROM networks WHERE id = ? AND kind = ? AND forgotten = 0',
  peerNumber: 'SELECT num FROM peer_ids WHERE id = ?',
  peerId: 'SELECT id FROM peer_ids WHERE num = ?',
} as const

/** Peers that `among` is asked of in one step: it looks each up, and asks a filter of it. */
export const CHOSEN_AT_ONCE = 100

/** Ids are kept once and referred to by number; this finds one for the other. */
export class NumberReader {
  readonly #network
  readonly #peer
  readonly #peerId

  constructor(db: Database.Database) {
    this.#network = db.prepare<[string, string], number>(NUMBER_QUERIES.networkNumber).pluck()
    this.#peer = db.prepare<[string], number>(NUMBER_QUERIES.peerNumber).pluck()
    this.#peerId = db.prepare<[number], string>(NUMBER_QUERIES.peerId).pluck()
  }

  /** Null when nothing is stored of the network. */
  network(networkKey: NetworkKey): number | null {
    const { kind, id } = kindAndIdOf(networkKey)
    return this.#network.get(id, kind) ?? null
  }

  peer(peerId: PeerId): number | null {
    return this.#peer.get(peerId) ?? null
  }

  peerId(peer: number): PeerId | null {
    return (this.#peerId.get(peer) as PeerId | undefined) ?? null
  }

  /** Whether peers are among those that are looked at, by number. */
  among(among: Among): (peer: number) => boolean {
    if (among === null) return () => true
    return (peer) => {
      const peerId = this.peerId(peer)
      return peerId !== null && among(peerId)
    }
  }

  /** Null when nothing is stored of the network or of the peer. */
  both(networkKey: NetworkKey, peerId: PeerId): [network: number, peer: number] | null {
    const network = this.network(networkKey)
    const peer = this.peer(peerId)
    return network === null || peer === null ? null : [network, peer]
  }
}
