/** The kinds of network that Peerscope watches. Above discovery only abilities are asked for, never the kind itself. */
import type { NetworkId } from './ids.ts'

/** `peerscope`: networks of Peerscope's own dialect, over libp2p; `mosaik`: networks of the Rust crate mosaik, over iroh. */
export type NetworkKind = 'peerscope' | 'mosaik'

/** All of them, the default first. */
export const NETWORK_KINDS: readonly [NetworkKind, ...NetworkKind[]] = ['peerscope', 'mosaik']

/** What is meant where no kind is named. */
export const DEFAULT_KIND: NetworkKind = NETWORK_KINDS[0]

/** How people write a kind. */
export const KIND_NAMES: Readonly<Record<NetworkKind, string>> = { peerscope: 'Peerscope', mosaik: 'mosaik' }

declare const brand: unique symbol

/**
 * One network among all kinds: two networks of different kinds may have the same id. The key of a Peerscope network is its
 * id, as it was before there were kinds; that of another begins with its kind.
 */
export type NetworkKey = string & { readonly [brand]: 'NetworkKey' }

/** A network by what makes it one. */
export interface KindAndId {
  readonly kind: NetworkKind
  readonly id: NetworkId
}

/** The key of a network. */
export function networkKeyOf({ kind, id }: KindAndId): NetworkKey {
  const key: string = kind === DEFAULT_KIND ? id : `${kind}:${id}`
  return key as NetworkKey
}

/** The network of a key. */
export function kindAndIdOf(key: NetworkKey): KindAndId {
  const at = key.indexOf(':')
  if (at < 0) return { kind: DEFAULT_KIND, id: key as string as NetworkId }
  return { kind: key.slice(0, at) as NetworkKind, id: key.slice(at + 1) as NetworkId }
}

/** Whether the text names a kind. */
export function isNetworkKind(text: string): text is NetworkKind {
  return (NETWORK_KINDS as readonly string[]).includes(text)
}

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

/** What each kind of network can do. */
export const ABILITIES: Readonly<Record<NetworkKind, Abilities>> = {
  peerscope: {
    reconciles: true,
    neighbors: true,
    tagNames: true,
    functions: false,
    claimsDhtSlots: true,
    lan: true,
    relayUrls: false,
  },
  mosaik: {
    reconciles: false,
    neighbors: false,
    tagNames: false,
    functions: true,
    claimsDhtSlots: false,
    lan: false,
    relayUrls: true,
  },
}
