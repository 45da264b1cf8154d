/** The kinds of network that Peerscope watches. Above discovery only abilities are asked for, never the kind itself. */

/** `peerscope`: networks of Peerscope's own dialect, over libp2p; `mosaik`: networks of the Rust crate mosaik, over iroh. */
export type NetworkKind = 'peerscope' | 'mosaik'

/** All of them, the default first. */
export const NETWORK_KINDS: readonly NetworkKind[] = ['peerscope', 'mosaik']

/** What the peers of a network can do and what can be known of it. */
export interface Abilities {
  /** A sync exchanges what differs; without it each sync carries both catalogs whole. */
  readonly reconciles: boolean
  /** Peers tell who their neighbors are (rule TP1); without it only our own links are known. */
  readonly neighbors: boolean
  /** Tags are words; without it they are ids, and a word is known only to those who know it. */
  readonly tagNames: boolean
  /** Entries name functions. */
  readonly functions: boolean
  /** A node takes a slot of the DHT chain (rules DH); without it the chain is only read. */
  readonly claimsDhtSlots: boolean
  /** Peers on the local network are found (rule AD3). */
  readonly lan: boolean
  /** Entries name relays by their URL, and peers are reached through them. */
  readonly relayUrls: boolean
}
